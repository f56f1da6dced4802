import type { VictimCandidate } from '../engine-driver.ts';
import type { Milliseconds, PrefixId, PrefixLink, PrefixRef } from '../identities.ts';
import type { Tier } from '../residency.ts';

type Chain = readonly PrefixLink[];

interface Held {
  chain: Chain;
  lastUsedAtMs: Milliseconds;
}

/** What is held of a chain, and where. */
export interface Share {
  readonly tokens: number;
  readonly tier?: Tier;
}

export interface FakeCacheOptions {
  /** Whole prompts that fit on the device. */
  readonly slots: number;
  /** Whole prompts that a second tier takes when they leave the device; 0 = no second tier. */
  readonly diskSlots: number;
  readonly now: () => Milliseconds;
  readonly footprintBytes: (tokens: number) => number;
  readonly refOf: (id: PrefixId) => PrefixRef | undefined;
  /** First victim first; undefined = least recently used. */
  readonly rank: (candidates: readonly VictimCandidate[]) => readonly number[] | undefined;
  readonly moved: (chain: Chain, tier: Tier, how: 'store' | 'remove') => void;
}

/** Whole prompts in slots, with an optional second tier: what an engine with sequences and saved states does. */
export class FakeCache {
  readonly #options: FakeCacheOptions;
  #slots: Held[] = [];
  #disk: Held[] = [];

  constructor(options: FakeCacheOptions) {
    this.#options = options;
  }

  /** The longest part of the chain that is held; the device wins a tie. */
  share(chain: Chain): Share {
    const device = longest(this.#slots, chain);
    const disk = longest(this.#disk, chain);
    if (device === 0 && disk === 0) return { tokens: 0 };
    return device >= disk ? { tokens: device, tier: 'device' } : { tokens: disk, tier: 'disk' };
  }

  /** Puts a prompt on the device: over the one it extends, else in a free slot, else over a victim. */
  place(chain: Chain): void {
    const whole = chain.at(-1);
    if (whole === undefined) return;
    const lastUsedAtMs = this.#options.now();
    const own = this.#slots.find((held) => extendsOrEquals(chain, held.chain));
    if (own !== undefined) {
      own.chain = chain;
      own.lastUsedAtMs = lastUsedAtMs;
    } else {
      if (this.#slots.length >= this.#options.slots) this.#evict();
      this.#slots.push({ chain, lastUsedAtMs });
    }
    this.#options.moved(chain, 'device', 'store');
  }

  touch(id: PrefixId): boolean {
    const held = this.#slots.filter(({ chain }) => contains(chain, id));
    for (const one of held) one.lastUsedAtMs = this.#options.now();
    return held.length > 0;
  }

  /** Gives up every prompt that contains the prefix. @returns whether there was one */
  release(id: PrefixId, how: 'demote' | 'drop'): boolean {
    const gone = this.#slots.filter(({ chain }) => contains(chain, id));
    this.#slots = this.#slots.filter((held) => !gone.includes(held));
    for (const held of gone) this.#leave(held, how === 'demote');
    const saved = this.#disk.length;
    if (how === 'drop') this.#disk = this.#disk.filter(({ chain }) => !contains(chain, id));
    return gone.length > 0 || this.#disk.length < saved;
  }

  clear(): void {
    this.#slots = [];
    this.#disk = [];
  }

  #evict(): void {
    const lru = this.#slots.reduce(
      (oldest, { lastUsedAtMs }, at) =>
        lastUsedAtMs < (this.#slots[oldest]?.lastUsedAtMs ?? Infinity) ? at : oldest,
      0,
    );
    const victim = this.#options.rank(this.#slots.map((held, at) => this.#candidate(held, at)));
    const [held] = this.#slots.splice(victim?.[0] ?? lru, 1);
    if (held !== undefined) this.#leave(held, true);
  }

  #leave(held: Held, keepCopy: boolean): void {
    this.#options.moved(held.chain, 'device', 'remove');
    if (!keepCopy || this.#options.diskSlots === 0) return;
    this.#disk.push(held);
    this.#options.moved(held.chain, 'disk', 'store');
    if (this.#disk.length <= this.#options.diskSlots) return;
    const oldest = this.#disk.shift();
    if (oldest !== undefined) this.#options.moved(oldest.chain, 'disk', 'remove');
  }

  #candidate({ chain, lastUsedAtMs }: Held, at: number): VictimCandidate {
    const others = this.#slots.filter((_, other) => other !== at);
    const loses = chain.flatMap(({ id, tokens }) => {
      const prefix = this.#options.refOf(id);
      if (prefix === undefined || others.some((held) => contains(held.chain, id))) return [];
      const copy = this.#disk.some((held) => contains(held.chain, id));
      return [{ prefix, tokens, ...(copy ? { copyIn: 'disk' as const } : {}) }];
    });
    const freesBytes = this.#options.footprintBytes(chain.at(-1)?.tokens ?? 0);
    return { handle: `slot-${at}`, loses, freesBytes, lastUsedAtMs };
  }
}

function contains(chain: Chain, id: PrefixId): boolean {
  return chain.some((link) => link.id === id);
}

function longest(held: readonly Held[], chain: Chain): number {
  let tokens = 0;
  for (const link of chain) {
    if (held.some((one) => contains(one.chain, link.id))) tokens = Math.max(tokens, link.tokens);
  }
  return tokens;
}

function extendsOrEquals(chain: Chain, held: Chain): boolean {
  const end = held.at(-1);
  return end?.kind === 'session' ? contains(chain, end.id) : end?.id === chain.at(-1)?.id;
}
