import type { CallId, IntentId, PrefixRef } from './identities.ts';
import type { Outcome, Ticket, Verification } from './intents.ts';
import type { CallDraft } from './policy.ts';
import type { Residency } from './residency.ts';
import type { Usage } from './usage.ts';

/**
 * Tokens by which a call may fall short of a warmed prefix and still count as a hit: the last token of a prompt is
 * always computed, and a chat template may end a head otherwise than a full prompt.
 */
const slackTokens = 8;
/** Settled prefetches that wait for a call; beyond it the oldest counts as wasted. */
const maxWaiting = 512;

interface Entry {
  readonly id: IntentId;
  readonly prefix: PrefixRef;
  readonly policy: string;
  /** What the engine held of it when the act began. */
  readonly held: Held;
  computedTokens: number;
  settled: boolean;
  /** The call that will show whether it was of use. */
  call: CallId | undefined;
}

type Held = Pick<ReturnType<Residency['of']>, 'tokens' | 'tier'>;

/** A prefetch that a call has used. */
export interface UsedPrefetch {
  readonly policy: string;
  readonly prefix: PrefixRef;
  readonly held: Held;
  /** Tokens of the call that were read from the cache. */
  readonly seenTokens: number;
}

/** Follows every prefetch from admission to the real call that shows what it was worth. */
export class PrefetchLedger {
  readonly #open = new Map<IntentId, Entry>();
  issued = 0;
  used = 0;
  #computed = 0;
  #usedTokens = 0;
  readonly #onUse: (use: UsedPrefetch) => void;

  constructor(onUse: (use: UsedPrefetch) => void = () => undefined) {
    this.#onUse = onUse;
  }

  admit(ticket: Ticket, held: Held): void {
    if (ticket.intent.kind !== 'prefetch') return;
    const { id, intent, policy } = ticket;
    this.#open.set(id, {
      id,
      prefix: intent.prefix,
      policy,
      held,
      computedTokens: 0,
      settled: false,
      call: undefined,
    });
    if (this.#open.size > maxWaiting) {
      const oldest = this.#open.keys().next().value;
      if (oldest !== undefined) this.#open.delete(oldest);
    }
  }

  settle(outcome: Outcome): void {
    const entry = this.#open.get(outcome.id);
    if (entry === undefined) return;
    entry.settled = true;
    entry.computedTokens = outcome.computedTokens;
    this.#computed += outcome.computedTokens;
    const nothingDone = outcome.computedTokens === 0 && outcome.movedBytes === 0;
    if (nothingDone) this.#open.delete(outcome.id);
    else this.issued += 1;
  }

  /** Is this prefix part of what the call sends? A session's next prompt extends the warmed one without naming it. */
  static covers(
    prefix: PrefixRef,
    draft: Pick<CallDraft, 'session' | 'agent' | 'prefixes'>,
  ): boolean {
    if (draft.prefixes.some(({ id }) => id === prefix.id)) return true;
    return prefix.session === draft.session && prefix.agent === draft.agent;
  }

  /** A real call is queued: the prefetches it covers are judged by it. */
  callStarted(draft: CallDraft): void {
    for (const entry of this.#open.values()) {
      if (entry.call === undefined && PrefetchLedger.covers(entry.prefix, draft)) {
        entry.call = draft.call;
      }
    }
  }

  /** A real call is over; what it read from the cache is the evidence. */
  callEnded(call: CallId, usage: Usage | undefined): readonly Verification[] {
    const verifications: Verification[] = [];
    for (const entry of this.#open.values()) {
      if (entry.call !== call) continue;
      if (!entry.settled) {
        // The call was over before the act was: it shows nothing, the next one may.
        entry.call = undefined;
        continue;
      }
      this.#open.delete(entry.id);
      const seenTokens = usage?.cacheRead;
      const expectedTokens = entry.prefix.tokens;
      const honoured = seenTokens !== undefined && seenTokens + slackTokens >= expectedTokens;
      const residentBefore = entry.held.tier === 'device' ? entry.held.tokens : 0;
      const useful = honoured && residentBefore + slackTokens < expectedTokens;
      if (useful) {
        const { policy, prefix, held } = entry;
        this.#onUse({ policy, prefix, held, seenTokens });
        this.used += 1;
        this.#usedTokens += entry.computedTokens;
      }
      const known = honoured ? 'honoured' : 'ignored';
      verifications.push({
        id: entry.id,
        expectedTokens,
        verdict: seenTokens === undefined ? 'unknown' : known,
        useful,
        ...(seenTokens === undefined ? {} : { seenTokens }),
      });
    }
    return verifications;
  }

  /** Tokens computed for prefetches that no call has used (yet). */
  get wastedTokens(): number {
    return this.#computed - this.#usedTokens;
  }
}
