import type {
  HeldPrefix,
  Milliseconds,
  PrefixId,
  PrefixRef,
  Residency,
  SessionId,
} from '@entresol/runtime-core';
import type { Ancestry } from './ancestry.ts';

export interface ShadowCacheOptions {
  /** Earlier prompts that one has in it, longest first. */
  readonly ancestry: Pick<Ancestry, 'of' | 'has'>;
  /** Absent where age alone decides. */
  readonly isPushed?: ((prefix: PrefixRef) => boolean) | undefined;
}

interface Entry {
  readonly prefix: PrefixRef;
  /** Of the whole prefix; what it adds to its parent is its own. */
  readonly tokens: number;
  /** Of the answer behind it: the next prompt of the conversation begins with both. */
  readonly replyTokens: number;
  lastUsedAtMs: Milliseconds;
  /** Has a prompt with it gone through? While it is only on its way, its absence says nothing of what is older. */
  readonly isSeen: boolean;
}

/** A role head as it was held when a prompt came that begins with it. */
export type HeldHead = Readonly<Pick<Entry, 'prefix' | 'tokens' | 'lastUsedAtMs'>>;

/** Prefixes remembered at most, whatever the capacity. */
const maxEntries = 8_192;

/**
 * What an engine with an automatic prefix cache should hold now: fed by every call that was seen, corrected by the
 * cached tokens that calls report. A guess, and said to be one. By age, what was pushed after what was not; tails go
 * before heads: a role head is as young as the youngest prompt behind it, and as pushed as any.
 */
export class ShadowCache implements Residency {
  readonly #ancestry: ShadowCacheOptions['ancestry'];
  readonly #isPushed: ShadowCacheOptions['isPushed'];
  readonly #entries = new Map<PrefixId, Entry>();
  readonly #sessions = new Map<SessionId, Set<Entry>>();
  #capacityTokens = Number.POSITIVE_INFINITY;
  #tokens = 0;

  constructor({ ancestry, isPushed }: ShadowCacheOptions) {
    this.#ancestry = ancestry;
    this.#isPushed = isPushed;
  }

  /** Tokens that the engine's cache holds; unlimited until it is known. */
  limit(capacityTokens: number): void {
    this.#capacityTokens = capacityTokens;
    this.#evict();
  }

  get tokens(): number {
    return this.#tokens;
  }

  /**
   * The longest part of it that is there. A conversation's next prompt has the one before and its answer in it, and what
   * a longer one took the place of is in that.
   */
  of(prefix: PrefixRef): ReturnType<Residency['of']> {
    const tokens = Math.min(prefix.tokens, this.#heldOf(prefix));
    return tokens === 0 ? { tokens, truth: 'shadow' } : { tokens, tier: 'device', truth: 'shadow' };
  }

  /** Exactly this prefix, and not only a part of it. */
  holds({ id }: PrefixRef): boolean {
    return this.#entries.has(id);
  }

  /** Tokens of an earlier prompt that it has in it, which is held and pushed; undefined without one. */
  pushedPart({ id }: PrefixRef): number | undefined {
    for (const one of [id, ...this.#ancestry.of(id)]) {
      const entry = this.#entries.get(one);
      if (entry !== undefined && this.#isPushed?.(entry.prefix) === true) return entry.tokens;
    }
    return undefined;
  }

  /** Does another prompt begin with what this one begins with? */
  isBranch({ id, parent }: PrefixRef): boolean {
    if (parent === undefined) return false;
    for (const { prefix } of this.#entries.values()) {
      if (prefix.parent === parent && prefix.id !== id) return true;
    }
    return false;
  }

  #heldOf({ id, parent, session, tokens }: PrefixRef): number {
    if (this.#entries.has(id)) return tokens;
    for (const { prefix } of this.#of(session)) {
      if (this.#ancestry.has(prefix.id, id)) return tokens;
    }
    for (const earlier of this.#ancestry.of(id)) {
      const entry = this.#entries.get(earlier);
      if (entry !== undefined) return entry.tokens + entry.replyTokens;
    }
    return (parent === undefined ? undefined : this.#entries.get(parent)?.tokens) ?? 0;
  }

  /**
   * A prompt is on its way: the engine makes room for it now, and not when its answer is over.
   * @param chain of the prompt, shortest first
   * @returns its head as it was held until now; null where it was not, or is only just being computed
   */
  begun(chain: readonly PrefixRef[], nowMs: Milliseconds): HeldHead | null {
    const [head] = chain;
    const known = head && this.#entries.get(head.id);
    const held = known?.isSeen === true ? { ...known } : null;
    this.#take(chain, nowMs, 0, false);
    return held;
  }

  /** It did not come: what was made room for it is not there, unless it was before. */
  withdrawn(chain: readonly PrefixRef[]): void {
    for (const { id } of chain) if (this.#entries.get(id)?.isSeen === false) this.#remove(id);
  }

  /**
   * A prompt went through the engine.
   * @param chain of the prompt, shortest first
   * @param cachedTokens what the engine said it found; undefined when it does not say
   * @param replyTokens of the answer, which stays in the cache behind the prompt
   * @param before its head as `begun` has found it; undefined where it was not called
   */
  used(
    chain: readonly PrefixRef[],
    nowMs: Milliseconds,
    cachedTokens: number | undefined,
    replyTokens = 0,
    before?: HeldHead | null,
  ): void {
    const [head] = chain;
    const known = before === undefined ? head && this.#entries.get(head.id) : before;
    if (known && cachedTokens !== undefined && cachedTokens < known.tokens / 2) {
      this.#forgetBefore(known);
    }
    this.#take(chain, nowMs, replyTokens, true);
  }

  #take(
    chain: readonly PrefixRef[],
    nowMs: Milliseconds,
    replyTokens: number,
    isSeen: boolean,
  ): void {
    const whole = chain.at(-1);
    for (const prefix of chain) {
      this.#touch(prefix, nowMs, prefix === whole ? replyTokens : 0, isSeen);
      this.#touchParent(prefix, nowMs);
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
    const held: HeldPrefix[] = [];
    for (const [entry, pushed] of this.#victims()) {
      if (held.length >= most) break;
      const { prefix, replyTokens, lastUsedAtMs } = entry;
      held.push({ prefix, ownTokens: this.#own(entry), replyTokens, lastUsedAtMs, pushed });
    }
    return held;
  }

  // Entries are in the order of their last use, heads behind their tails.
  *#victims(): Generator<readonly [entry: Entry, pushed: boolean]> {
    const isPushed = this.#pushed();
    const later: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (isPushed?.(entry) === true) later.push(entry);
      else yield [entry, false];
    }
    for (const entry of later) yield [entry, true];
  }

  forget({ id }: PrefixRef): void {
    this.#remove(id);
  }

  clear(): void {
    this.#entries.clear();
    this.#sessions.clear();
    this.#tokens = 0;
  }

  #of(session: SessionId | undefined): Iterable<Entry> {
    return (session === undefined ? undefined : this.#sessions.get(session)) ?? [];
  }

  /** Its head went through with it, also where the chain is not named, and is given up after it. */
  #touchParent({ parent }: PrefixRef, nowMs: Milliseconds): void {
    const head = parent === undefined ? undefined : this.#entries.get(parent);
    if (parent === undefined || head === undefined) return;
    head.lastUsedAtMs = nowMs;
    this.#entries.delete(parent);
    this.#entries.set(parent, head);
  }

  /** The answer to an earlier sending is not in this one: it ages by itself, and goes soon. */
  #touch(prefix: PrefixRef, nowMs: Milliseconds, replyTokens: number, isSeenNow: boolean): void {
    const isSeen = isSeenNow || this.#entries.get(prefix.id)?.isSeen === true;
    this.#dropEarlier(prefix);
    this.#remove(prefix.id);
    const { tokens } = prefix;
    const entry: Entry = { prefix, tokens, replyTokens, lastUsedAtMs: nowMs, isSeen };
    this.#entries.set(prefix.id, entry);
    this.#tokens += this.#own(entry) + replyTokens;
    if (prefix.session === undefined) return;
    const entries = this.#sessions.get(prefix.session);
    if (entries === undefined) this.#sessions.set(prefix.session, new Set([entry]));
    else entries.add(entry);
  }

  /** What it has in it is part of it now. */
  #dropEarlier({ id, session }: PrefixRef): void {
    if (session === undefined) return;
    for (const earlier of this.#ancestry.of(id)) {
      if (this.#entries.get(earlier)?.prefix.session === session) this.#remove(earlier);
    }
  }

  /** What goes before something that is gone is gone as well. */
  #forgetBefore(gone: HeldHead): void {
    const isPushed = this.#pushed();
    const goneWasPushed = isPushed?.(gone) ?? false;
    const before = [...this.#entries.values()].filter((one) => {
      const pushed = isPushed?.(one) ?? false;
      if (pushed !== goneWasPushed) return goneWasPushed;
      return one.lastUsedAtMs <= gone.lastUsedAtMs;
    });
    // Tails first: what they add to their heads must still be known.
    for (const { prefix } of before.toSorted((a, b) => depth(b.prefix) - depth(a.prefix))) {
      this.#remove(prefix.id);
    }
  }

  #own({ prefix: { parent }, tokens }: Entry): number {
    const held = parent === undefined ? undefined : this.#entries.get(parent);
    return Math.max(0, tokens - (held?.tokens ?? 0));
  }

  #remove(id: PrefixId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#tokens = Math.max(0, this.#tokens - this.#own(entry) - entry.replyTokens);
    const { session } = entry.prefix;
    if (session === undefined) return;
    const entries = this.#sessions.get(session);
    entries?.delete(entry);
    if (entries?.size === 0) this.#sessions.delete(session);
  }

  #evict(): void {
    while (this.#tokens > this.#capacityTokens || this.#entries.size > maxEntries) {
      const next = this.#victims().next().value;
      if (next === undefined) return;
      this.#remove(next[0].prefix.id);
    }
  }

  /** A head stands as long as anything pushed stands on it. Undefined where age alone decides. */
  #pushed(): ((entry: Pick<Entry, 'prefix'>) => boolean) | undefined {
    const isPushed = this.#isPushed;
    if (isPushed === undefined) return undefined;
    const heads = new Set<PrefixId>();
    for (const { prefix } of this.#entries.values()) {
      if (prefix.parent !== undefined && isPushed(prefix)) heads.add(prefix.parent);
    }
    return ({ prefix }) => heads.has(prefix.id) || isPushed(prefix);
  }
}

/** A head is in front of what is said in a session. */
function depth({ session }: PrefixRef): number {
  return session === undefined ? 0 : 1;
}
