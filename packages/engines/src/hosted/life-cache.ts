import type { Milliseconds, PrefixId, PrefixRef, Residency } from '@entresol/runtime-core';

interface Entry {
  readonly tokens: number;
  readonly ttlMs: Milliseconds;
  readonly expiresAtMs: Milliseconds;
}

/** Prefixes remembered at most. */
const maxEntries = 8_192;

/**
 * What a provider's cache should hold now: what was seen to go through it, for as long as its life was said to be. A
 * guess, and said to be one: a provider may forget earlier, and another process may have written what this one has not.
 */
export class LifeCache implements Residency {
  readonly #entries = new Map<PrefixId, Entry>();
  readonly #now: () => Milliseconds;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  of(prefix: PrefixRef): ReturnType<Residency['of']> {
    const entry = this.#entries.get(prefix.id);
    if (entry === undefined || entry.expiresAtMs <= this.#now()) {
      return { tokens: 0, truth: 'shadow' };
    }
    const { tokens, ttlMs, expiresAtMs } = entry;
    return {
      tokens: Math.min(tokens, prefix.tokens),
      tier: 'hosted',
      truth: 'shadow',
      expiresAtMs,
      ttlMs,
    };
  }

  /** Undefined = not held any more, or never. */
  lifeOf(id: PrefixId): Milliseconds | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || entry.expiresAtMs <= this.#now() ? undefined : entry.ttlMs;
  }

  /** It was written or read now, which counts from the beginning of the request. */
  used({ id, tokens }: PrefixRef, ttlMs: Milliseconds, atMs: Milliseconds): void {
    // Anew at the end, so that what is used last goes last.
    this.#entries.delete(id);
    this.#entries.set(id, { tokens, ttlMs, expiresAtMs: atMs + ttlMs });
    if (this.#entries.size <= maxEntries) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** It was read again, as the beginning of another prompt. */
  renew(id: PrefixId, atMs: Milliseconds): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#entries.set(id, { ...entry, expiresAtMs: atMs + entry.ttlMs });
  }

  forget({ id }: PrefixRef): void {
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }
}
