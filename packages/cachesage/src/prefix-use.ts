import type { PrefixId } from '@entresol/runtime-core';

/** Prefixes that running calls are using, counted. */
export class PrefixUse {
  readonly #users = new Map<PrefixId, number>();

  acquire(prefixes: Iterable<PrefixId>): void {
    for (const id of prefixes) this.#users.set(id, (this.#users.get(id) ?? 0) + 1);
  }

  release(prefixes: Iterable<PrefixId>): void {
    for (const id of prefixes) {
      const users = (this.#users.get(id) ?? 0) - 1;
      if (users > 0) this.#users.set(id, users);
      else this.#users.delete(id);
    }
  }

  has(id: PrefixId): boolean {
    return this.#users.has(id);
  }
}
