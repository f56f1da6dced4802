import type { CacheScope, PrefixId, PrefixRef } from '@entresol/runtime-core';

interface Page {
  /** A view into the rendered prompt, not a copy. */
  readonly tokens: Int32Array;
  readonly namespace: string;
  ref?: PrefixRef;
}

/** Prefixes remembered; with prompts of a few thousand tokens this is a few MB. The oldest go first. */
const maxPages = 512;

/** Which tokens a prefix id stands for, so that residency can be looked up in slots and states instead of guessed. */
export class PrefixBook {
  readonly #pages = new Map<PrefixId, Page>();

  learn(id: PrefixId, scope: CacheScope, tokens: Int32Array): void {
    const ref = this.#pages.get(id)?.ref;
    this.#pages.delete(id);
    this.#pages.set(id, {
      tokens,
      namespace: scope.namespace,
      ...(ref === undefined ? {} : { ref }),
    });
    if (this.#pages.size <= maxPages) return;
    const oldest = this.#pages.keys().next().value;
    if (oldest !== undefined) this.#pages.delete(oldest);
  }

  /** Keeps the reference that the runtime uses for a known prefix. */
  learnRef(ref: PrefixRef): void {
    const page = this.#pages.get(ref.id);
    if (page !== undefined) page.ref = ref;
  }

  tokensOf(id: PrefixId): { readonly tokens: Int32Array; readonly namespace: string } | undefined {
    return this.#pages.get(id);
  }

  refOf(id: PrefixId | undefined): PrefixRef | undefined {
    return id === undefined ? undefined : this.#pages.get(id)?.ref;
  }

  forget(id: PrefixId): void {
    this.#pages.delete(id);
  }

  clear(): void {
    this.#pages.clear();
  }
}
