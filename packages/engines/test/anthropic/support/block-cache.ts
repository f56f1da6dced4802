/** A block of a prompt, in the order in which the provider reads it. */
export interface Block {
  readonly text: string;
  readonly ttl: '5m' | '1h' | undefined;
}

export interface CacheCounts {
  readonly input: number;
  readonly read: number;
  readonly written: Readonly<Record<'5m' | '1h', number>>;
}

const lifeMs = { '5m': 300_000, '1h': 3_600_000 };
/** Positions that are looked at from a breakpoint, itself included. */
const lookBack = 20;
const charactersPerToken = 4;

/**
 * The cache as the guide describes it: entries end at breakpoints; from each breakpoint up to twenty blocks are looked
 * back for an entry; a read prolongs it; what is behind the longest hit is written, with the life of its breakpoint.
 */
export class BlockCache {
  readonly #entries = new Map<string, { readonly ttlMs: number; readonly expiresAtMs: number }>();
  readonly #now: () => number;
  readonly #minTokens: number;

  constructor(now: () => number, minTokens: number) {
    this.#now = now;
    this.#minTokens = minTokens;
  }

  forget(): void {
    this.#entries.clear();
  }

  request(blocks: readonly Block[]): CacheCounts {
    const nowMs = this.#now();
    const ends: string[] = [];
    for (const { text } of blocks) ends.push(`${ends.at(-1) ?? ''}\n${text}`);
    const marks = blocks.flatMap(({ ttl }, at) => (ttl === undefined ? [] : [{ at, ttl }]));
    let hit = -1;
    for (const { at } of marks) {
      for (let back = at; back > at - lookBack && back > hit; back--) {
        const entry = this.#entries.get(ends[back] ?? '');
        if (entry === undefined || entry.expiresAtMs < nowMs) continue;
        hit = back;
        break;
      }
    }
    const read = tokensOf(ends[hit]);
    const found = this.#entries.get(ends[hit] ?? '');
    if (found !== undefined) {
      this.#entries.set(ends[hit] ?? '', { ...found, expiresAtMs: nowMs + found.ttlMs });
    }
    const written = { '5m': 0, '1h': 0 };
    let until = read;
    for (const { at, ttl } of marks) {
      const tokens = tokensOf(ends[at]);
      if (tokens < this.#minTokens) continue;
      const known = this.#entries.get(ends[at] ?? '');
      const lives = known !== undefined && known.expiresAtMs >= nowMs;
      const ttlMs = lives ? known.ttlMs : lifeMs[ttl];
      this.#entries.set(ends[at] ?? '', { ttlMs, expiresAtMs: nowMs + ttlMs });
      if (tokens <= until) continue;
      written[ttl] += tokens - until;
      until = tokens;
    }
    return { input: tokensOf(ends.at(-1)), read, written };
  }
}

function tokensOf(text: string | undefined): number {
  return Math.ceil((text ?? '').length / charactersPerToken);
}
