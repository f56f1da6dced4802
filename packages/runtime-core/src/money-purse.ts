import type { IntentId, Milliseconds } from './identities.ts';
import type { Outcome } from './intents.ts';

const hourMs: Milliseconds = 3_600_000;

interface Spent {
  readonly atMs: Milliseconds;
  readonly usd: number;
}

/** Dollars for requests of our own: in no hour more is admitted than `usdPerHour`. */
export class MoneyPurse {
  readonly #usdPerHour: number;
  /** Of the last hour, oldest first. */
  readonly #spent = new Map<IntentId, Spent>();
  #sum = 0;

  constructor(usdPerHour: number) {
    this.#usdPerHour = usdPerHour;
  }

  /** Sets `usd` aside, or nothing. */
  reserve(id: IntentId, usd: number, nowMs: Milliseconds): boolean {
    for (const [old, { atMs }] of this.#spent) {
      if (atMs > nowMs - hourMs) break;
      this.#put(old, undefined);
    }
    if (!(usd >= 0) || this.#sum + usd > this.#usdPerHour) return false;
    this.#put(id, { atMs: nowMs, usd });
    return true;
  }

  /** Nothing will be spent of what was set aside. */
  cancel(id: IntentId): void {
    if (this.#spent.has(id)) this.#put(id, undefined);
  }

  settle(outcome: Outcome): void {
    const reserved = this.#spent.get(outcome.id);
    const usd = costOf(outcome);
    if (reserved !== undefined && usd !== undefined) this.#put(outcome.id, { ...reserved, usd });
  }

  #put(id: IntentId, spent: Spent | undefined): void {
    this.#sum -= this.#spent.get(id)?.usd ?? 0;
    if (spent === undefined) this.#spent.delete(id);
    else this.#spent.set(id, spent);
    // Sums of what was added and taken away drift.
    this.#sum = this.#spent.size === 0 ? 0 : Math.max(0, this.#sum + (spent?.usd ?? 0));
  }
}

/** Undefined where nobody knows: then what was set aside counts. What was not sent has cost nothing. */
function costOf({ state, usd, computedTokens }: Outcome): number | undefined {
  if (usd !== undefined) return usd >= 0 ? usd : undefined;
  if (state === 'applied') return undefined;
  const sent = state !== 'refused' && state !== 'skipped-resident' && computedTokens > 0;
  return sent ? undefined : 0;
}
