import type { CachePrices, Milliseconds } from '@entresol/runtime-core';
import { z } from 'zod';
import listed from './prices.json' with { type: 'json' };

const usd: z.ZodNumber = z.number().nonnegative();

type Life = '5m' | '30m' | '1h';

/** What one model costs, in dollars per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Absent = a read costs what plain input does. */
  readonly cacheRead?: number | undefined;
  /** Writing to the cache, by life; absent = a write costs what plain input does. */
  readonly cacheWrite?: Readonly<Partial<Record<Life, number>>> | undefined;
  /** Day on which it was read. */
  readonly date: string;
  readonly source: string;
  readonly note?: string | undefined;
}

const fileSchema: z.ZodType<Readonly<Record<string, Readonly<Record<string, ModelPrice>>>>> =
  z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        input: usd,
        output: usd,
        cacheRead: usd.optional(),
        cacheWrite: z.partialRecord(z.enum(['5m', '30m', '1h']), usd).optional(),
        date: z.iso.date(),
        source: z.string().min(1),
        note: z.string().optional(),
      }),
    ),
  );

/** Prices of the user's own, by model; they come before the listed ones. Nothing but the figures is needed. */
export type PriceOverrides = Readonly<
  Record<string, Pick<ModelPrice, 'input' | 'output' | 'cacheRead' | 'cacheWrite'>>
>;

const lives: Readonly<Record<string, Milliseconds>> = {
  '5m': 300_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
};
const perMillion = 1e-6;

/** Dollars per token of one model. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Shortest life first; empty = a write costs what plain input does. */
  readonly cacheWrite: readonly { readonly ttlMs: Milliseconds; readonly usd: number }[];
}

/** The listed prices of one provider under the user's own. A model that is in neither has no price. */
export class PriceList {
  readonly #own: PriceOverrides;
  readonly #listed: Readonly<Record<string, ModelPrice>>;
  readonly #known = new Map<string, TokenPrices | undefined>();

  constructor(provider: string | undefined, own: PriceOverrides = {}) {
    this.#own = own;
    this.#listed = (provider === undefined ? undefined : prices[provider]) ?? {};
  }

  /** A name with a date behind it costs what the name without it does. */
  of(model: string): TokenPrices | undefined {
    if (this.#known.has(model)) return this.#known.get(model);
    const plain = model.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
    const found =
      this.#own[model] ?? this.#listed[model] ?? this.#own[plain] ?? this.#listed[plain];
    const priced = found && perToken(found);
    if (this.#known.size < maxKnown) this.#known.set(model, priced);
    return priced;
  }
}

/** Names come from requests; they must not fill the memory. */
const maxKnown = 1_000;

const prices = fileSchema.parse(listed);

function perToken({
  input,
  output,
  cacheRead = input,
  cacheWrite,
}: PriceOverrides[string]): TokenPrices {
  return {
    input: input * perMillion,
    output: output * perMillion,
    cacheRead: cacheRead * perMillion,
    cacheWrite: Object.entries(cacheWrite ?? {})
      .map(([life, price]) => ({ ttlMs: lives[life] ?? 0, usd: price * perMillion }))
      .toSorted((a, b) => a.ttlMs - b.ttlMs),
  };
}

/** The same relative to the plain input price, as lives are chosen by; undefined where nothing is gained by any. */
export function cachePricesOf(
  { input, cacheRead, cacheWrite }: TokenPrices,
  /** Lives that are had for the price of plain input. */
  free: readonly Milliseconds[],
): CachePrices | undefined {
  if (input <= 0) return undefined;
  return {
    readFactor: Math.min(1, cacheRead / input),
    write: [
      ...cacheWrite.map(({ ttlMs, usd: price }) => ({ ttlMs, factor: price / input })),
      ...free.map((ttlMs) => ({ ttlMs, factor: 1 })),
    ],
  };
}
