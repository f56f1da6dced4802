import { randomBytes } from 'node:crypto';
import type { PrefixId, PrefixRef } from '@entresol/runtime-core';

interface Reference {
  readonly name: string;
  /** The newest prompt that was sent under the name. */
  prefix: PrefixRef;
}

/** More would only be a long list of what nobody ranks any more. */
const maxOpen = 4_096;

/**
 * Names under which a server keeps prompts: one per conversation of an agent, one per role head. A name is used until it
 * is closed and never again, since a server may not take one back that it has seen closed. It says nothing about what
 * it stands for.
 */
export class SessionReferences {
  /** Does a prompt go on from an earlier one? */
  goesOn: (whole: PrefixId, earlier: PrefixId) => boolean = () => false;
  readonly #random = randomBytes(12).toString('base64url');
  readonly #open = new Map<string, Map<string, Reference>>();
  #count = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  isOpen(prefix: PrefixRef): boolean {
    return this.#open.get(group(prefix))?.has(member(prefix)) ?? false;
  }

  /**
   * The name to send this prompt under.
   * @returns `closed`: names that stand for nothing that is still wanted; the server must hear of them
   */
  nameOf(prefix: PrefixRef): { readonly name: string; readonly closed: readonly string[] } {
    const closed: string[] = [];
    const known = this.#open.get(group(prefix))?.get(member(prefix));
    if (known !== undefined && this.#isSame(known.prefix, prefix)) {
      known.prefix = prefix;
      return { name: known.name, closed };
    }
    if (known !== undefined) closed.push(...this.close(prefix));
    else if (this.#size >= maxOpen) closed.push(...this.#closeOldest());
    this.#count += 1;
    const name = `entresol-${this.#random}-${this.#count}`;
    this.#add({ name, prefix });
    return { name, closed };
  }

  /** @returns the name that was open for it, if any */
  close(prefix: PrefixRef): readonly string[] {
    const members = this.#open.get(group(prefix));
    const known = members?.get(member(prefix));
    if (members === undefined || known === undefined) return [];
    members.delete(member(prefix));
    if (members.size === 0) this.#open.delete(group(prefix));
    this.#size -= 1;
    return [known.name];
  }

  closeAll(): readonly string[] {
    const names = [...this.#open.values()].flatMap((one) =>
      Array.from(one.values(), ({ name }) => name),
    );
    this.#open.clear();
    this.#size = 0;
    return names;
  }

  /** What was cut or rewritten is another prompt: under one name the old one would be kept as well. */
  #isSame(before: PrefixRef, { id }: PrefixRef): boolean {
    return before.id === id || this.goesOn(id, before.id);
  }

  #add(reference: Reference): void {
    const { prefix } = reference;
    const members = this.#open.get(group(prefix)) ?? new Map<string, Reference>();
    members.set(member(prefix), reference);
    this.#open.set(group(prefix), members);
    this.#size += 1;
  }

  #closeOldest(): readonly string[] {
    const oldest = this.#open.values().next().value?.values().next().value;
    return oldest === undefined ? [] : this.close(oldest.prefix);
  }
}

function group({ session }: PrefixRef): string {
  return session ?? '';
}

function member({ id, session, agent, scope: { namespace } }: PrefixRef): string {
  const what = session === undefined ? `role\u0000${id}` : agent;
  return namespace === '' ? what : `${what}\u0000${namespace}`;
}
