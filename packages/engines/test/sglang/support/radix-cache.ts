interface Node {
  readonly parent: string;
  children: number;
  usedAt: number;
  /** References of sessions whose newest prompt runs through here. */
  references: number;
}

/** What closing a session does. */
export type Closing = 'evicts' | 'dereferences';

/**
 * SGLang's radix cache with a page of one word, by the rules of its documentation and source: leaves first; of those what
 * no session references, then what fewest do, then the least recently used. A longer turn moves its session's leaf forward.
 * Before 0.5.17 a session was a tag, and closing it evicted its leaf up to the next branch.
 */
export class RadixCache {
  readonly #closing: Closing;
  readonly #capacity: number;
  readonly #nodes = new Map<string, Node>();
  readonly #leaves = new Map<string, Set<string>>();
  /** A closed id counts as new when it comes again; a request that was under way when it closed counts no more. */
  #now = 0;

  constructor(capacity: number, closing: Closing) {
    this.#capacity = capacity;
    this.#closing = closing;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** References of open sessions, by name. */
  get sessions(): readonly string[] {
    return [...this.#leaves.keys()];
  }

  /** @returns words of the prompt that were there; its last word is always computed */
  use(prompt: readonly string[], reply: readonly string[], salt: string, session?: string): number {
    this.#now += 1;
    const names: string[] = [];
    for (const word of [...prompt, ...reply]) names.push(`${names.at(-1) ?? salt} ${word}`);
    let hits = 0;
    while (hits < prompt.length - 1 && this.#nodes.has(names[hits] ?? '')) hits++;
    names.forEach((name, at) => {
      const known = this.#nodes.get(name);
      if (known !== undefined) {
        known.usedAt = this.#now;
        return;
      }
      const parent = names[at - 1] ?? '';
      const above = this.#nodes.get(parent);
      if (above !== undefined) above.children += 1;
      this.#nodes.set(name, { parent, children: 0, usedAt: this.#now, references: 0 });
    });
    const leaf = names.at(-1);
    if (session !== undefined && leaf !== undefined) this.#register(session, leaf);
    this.#evict(new Set(names));
    return hits;
  }

  close(session: string): void {
    const leaves = this.#leaves.get(session) ?? [];
    this.#leaves.delete(session);
    for (const leaf of leaves) {
      if (this.#closing === 'dereferences') this.#count(leaf, undefined, -1);
      else this.#evictBranch(leaf);
    }
  }

  clear(): void {
    this.#nodes.clear();
    this.#leaves.clear();
  }

  #register(session: string, leaf: string): void {
    const leaves = this.#leaves.get(session) ?? new Set<string>();
    this.#leaves.set(session, leaves);
    if (leaves.has(leaf)) return;
    let ancestor = this.#nodes.get(leaf)?.parent;
    while (ancestor !== undefined && ancestor !== '' && !leaves.has(ancestor)) {
      ancestor = this.#nodes.get(ancestor)?.parent;
    }
    const old = ancestor !== undefined && leaves.has(ancestor) ? ancestor : undefined;
    if (this.#closing === 'dereferences') this.#count(leaf, old, 1);
    if (old !== undefined) leaves.delete(old);
    leaves.add(leaf);
  }

  #count(from: string, to: string | undefined, by: 1 | -1): void {
    let at: string | undefined = from;
    while (at !== undefined && at !== to) {
      const node: Node | undefined = this.#nodes.get(at);
      if (node === undefined) return;
      node.references += by;
      at = node.parent;
    }
  }

  #evictBranch(leaf: string): void {
    let at = leaf;
    for (;;) {
      const node = this.#nodes.get(at);
      if (node === undefined || node.children > 0) return;
      this.#remove(at, node);
      at = node.parent;
    }
  }

  /** What a request runs on now is locked. */
  #evict(locked: ReadonlySet<string>): void {
    while (this.#nodes.size > this.#capacity) {
      let victim: [string, Node] | undefined;
      for (const one of this.#nodes) {
        if (one[1].children > 0 || locked.has(one[0])) continue;
        if (victim === undefined || goesBefore(one[1], victim[1])) victim = one;
      }
      if (victim === undefined) return;
      this.#remove(...victim);
    }
  }

  /** A session whose leaf is evicted falls back on what is left in front of it. */
  #remove(name: string, node: Node): void {
    for (const leaves of this.#leaves.values()) {
      if (leaves.delete(name) && this.#nodes.has(node.parent)) leaves.add(node.parent);
    }
    this.#nodes.delete(name);
    const above = this.#nodes.get(node.parent);
    if (above !== undefined) above.children -= 1;
  }
}

function goesBefore(a: Node, b: Node): boolean {
  return a.references === b.references ? a.usedAt < b.usedAt : a.references < b.references;
}
