import { valueOfPrewarm, valueOfRenewal, type ReusedWithin } from './cache-life.ts';
import type { Milliseconds, PrefixRef } from './identities.ts';
import type { Intent } from './intents.ts';
import type { CostModel } from './residency.ts';

/** A request of our own in money. */
export interface MoneyValue {
  /** What it costs, estimated at list prices. */
  readonly usd: number;
  /** What it is expected to save beyond that; 0 or less = it does not pay. */
  readonly valueUsd: number;
}

/** Renewals in a row that are looked ahead. */
const maxRenewals = 12;

/**
 * Writing a prefix ahead of its use, with the shortest life on offer; undefined where there are no prices.
 * @param waitUsdPerSecond - what a second is worth that an agent need not wait
 */
export function moneyOfPrewarm(
  { prefix, probability }: Extract<Intent, { kind: 'prefetch' }>,
  cost: CostModel,
  waitUsdPerSecond: number,
): MoneyValue | undefined {
  const { money } = cost;
  const life = money?.write.toSorted((a, b) => a.ttlMs - b.ttlMs)[0];
  if (money === undefined || life === undefined) return undefined;
  const plain = prefix.tokens * money.perInputToken;
  const write = plain * life.factor;
  const waitUsd = (cost.computeMs(0, prefix.tokens) / 1_000) * waitUsdPerSecond;
  const used = Math.min(1, Math.max(0, probability));
  const usd = { write, read: plain * money.readFactor, miss: write };
  return { usd: write, valueUsd: valueOfPrewarm(used, usd, waitUsd) };
}

/**
 * Reading a prefix `leadMs` before it expires, so that it lives on; undefined where there are no prices, or none of its
 * life. A use within `leadMs` would have found it anyway.
 * @param ownTokens - those that nothing else keeps alive
 */
export function moneyOfRenewal(
  { tokens }: PrefixRef,
  { ownTokens, ttlMs, leadMs }: Renewed,
  money: CostModel['money'],
  reusedWithin: ReusedWithin,
): MoneyValue | undefined {
  const life = money?.write.find((one) => one.ttlMs === ttlMs);
  if (money === undefined || life === undefined || tokens <= 0) return undefined;
  const anyway = reusedWithin(leadMs);
  const later: ReusedWithin = (ms) => Math.max(0, reusedWithin(ms) - anyway);
  const share = Math.min(1, ownTokens / tokens);
  const plain = tokens * money.perInputToken;
  const valueUsd = plain * valueOfRenewal(money, life, later, maxRenewals, share);
  return { usd: plain * money.readFactor, valueUsd };
}

interface Renewed {
  readonly ownTokens: number;
  readonly ttlMs: Milliseconds;
  readonly leadMs: Milliseconds;
}
