import type {
  HeldPrefix,
  Milliseconds,
  PrefixId,
  PrefixRef,
  Residency,
} from '@entresol/runtime-core';

interface Entry {
  readonly prefix: PrefixRef;
  /** Of the whole prefix; what it adds to its parent is its own. */
  readonly tokens: number;
  lastUsedAtMs: Milliseconds;
}

/** Prefixes remembered at most, whatever the capacity. */
const maxEntries = 8_192;

/**
 * What an engine with an automatic LRU prefix cache should hold now: fed by every call that was seen, corrected by the
 * cached tokens that calls report. A guess, and said to be one. Tails go before heads: a role head is as young as the
 * youngest prompt behind it.
 */
export class ShadowCache implements Residency {
  readonly #entries = new Map<PrefixId, Entry>();
  #capacityTokens = Number.POSITIVE_INFINITY;
  #tokens = 0;

  /** Tokens that the engine's cache holds; unlimited until it is known. */
  limit(capacityTokens: number): void {
    this.#capacityTokens = capacityTokens;
    this.#evict();
  }

  get tokens(): number {
    return this.#tokens;
  }

  of(prefix: PrefixRef): ReturnType<Residency['of']> {
    const entry = this.#entries.get(prefix.id);
    if (entry === undefined) return { tokens: 0, truth: 'shadow' };
    return { tokens: prefix.tokens, tier: 'device', truth: 'shadow' };
  }

  /**
   * A prompt went through the engine.
   * @param chain of the prompt, shortest first
   * @param cachedTokens what the engine said it found; undefined when it does not say
   */
  used(chain: readonly PrefixRef[], nowMs: Milliseconds, cachedTokens: number | undefined): void {
    const [head] = chain;
    const known = head && this.#entries.get(head.id);
    if (known !== undefined && cachedTokens !== undefined && cachedTokens < known.tokens / 2) {
      this.#forgetSince(known.lastUsedAtMs);
    }
    for (const prefix of chain) {
      this.#touchParent(prefix, nowMs);
      this.#touch(prefix, nowMs);
    }
    this.#evict();
  }

  /** Tokens that come in before the next victim goes; infinite while the capacity is not known. */
  get freeTokens(): number {
    return Number.isFinite(this.#capacityTokens)
      ? Math.max(0, this.#capacityTokens - this.#tokens)
      : Number.POSITIVE_INFINITY;
  }

  /** Next victim first, `most` of them. */
  inOrder(most: number): readonly HeldPrefix[] {
    const oldest: HeldPrefix[] = [];
    // Entries are in the order of their last use.
    for (const { prefix, lastUsedAtMs } of this.#entries.values()) {
      if (oldest.length >= most) break;
      oldest.push({ prefix, ownTokens: this.#own(prefix), lastUsedAtMs });
    }
    return oldest.toSorted(
      (a, b) => a.lastUsedAtMs - b.lastUsedAtMs || depth(b.prefix) - depth(a.prefix),
    );
  }

  forget({ id }: PrefixRef): void {
    this.#remove(id);
  }

  clear(): void {
    this.#entries.clear();
    this.#tokens = 0;
  }

  /** Where a prompt is sent again without its chain being named, its head went through with it. */
  #touchParent({ parent }: PrefixRef, nowMs: Milliseconds): void {
    const head = parent === undefined ? undefined : this.#entries.get(parent);
    if (parent === undefined || head === undefined) return;
    head.lastUsedAtMs = nowMs;
    this.#entries.delete(parent);
    this.#entries.set(parent, head);
  }

  #touch(prefix: PrefixRef, nowMs: Milliseconds): void {
    this.#dropOlder(prefix);
    this.#remove(prefix.id);
    this.#entries.set(prefix.id, { prefix, tokens: prefix.tokens, lastUsedAtMs: nowMs });
    this.#tokens += this.#own(prefix);
  }

  /** A longer prompt of the same conversation has its shorter ones in it. */
  #dropOlder({ id, session, agent, tokens }: PrefixRef): void {
    if (session === undefined) return;
    for (const { prefix } of this.#entries.values()) {
      if (prefix.id === id || prefix.session !== session || prefix.agent !== agent) continue;
      if (prefix.tokens <= tokens) this.#remove(prefix.id);
    }
  }

  /** The engine evicts by age: what was used no later than something that is gone is gone as well. */
  #forgetSince(lastUsedAtMs: Milliseconds): void {
    for (const [id, entry] of this.#entries) {
      if (entry.lastUsedAtMs <= lastUsedAtMs) this.#remove(id);
    }
  }

  #own({ parent, tokens }: PrefixRef): number {
    const held = parent === undefined ? undefined : this.#entries.get(parent);
    return Math.max(0, tokens - (held?.tokens ?? 0));
  }

  #remove(id: PrefixId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#tokens = Math.max(0, this.#tokens - this.#own(entry.prefix));
  }

  #evict(): void {
    while (this.#tokens > this.#capacityTokens || this.#entries.size > maxEntries) {
      const oldest = this.#oldestTail();
      if (oldest === undefined) return;
      this.#remove(oldest.prefix.id);
    }
  }

  /** Least recently used; of equals the one behind the other. */
  #oldestTail(): Entry | undefined {
    let oldest: Entry | undefined;
    for (const entry of this.#entries.values()) {
      const younger = oldest !== undefined && entry.lastUsedAtMs > oldest.lastUsedAtMs;
      const inFront =
        oldest !== undefined &&
        entry.lastUsedAtMs === oldest.lastUsedAtMs &&
        entry.prefix.session === undefined;
      if (!younger && !inFront) oldest = entry;
    }
    return oldest;
  }
}

/** A head is in front of what is said in a session. */
function depth({ session }: PrefixRef): number {
  return session === undefined ? 0 : 1;
}
