import type { CallId, IntentId, PrefixRef } from './identities.ts';
import type { Intent, Outcome, Ticket, Verification } from './intents.ts';
import type { CallDraft } from './policy.ts';
import type { Residency } from './residency.ts';
import type { Usage } from './usage.ts';

/**
 * Tokens by which a call may fall short of a warmed prefix and still count as a hit: the last token of a prompt is
 * always computed, and a chat template may end a head otherwise than a full prompt.
 */
const slackTokens = 8;
/** What one act came to, as a call has shown it. */
export interface Shown {
  readonly intent: Intent;
  readonly verification: Verification;
  /**
   * Did the call find it? Yes where it found half of it or more: lengths are estimates, and whole blocks are found.
   * Undefined where it does not tell, or had less of a prompt itself.
   */
  readonly seen: boolean | undefined;
}

/** Settled acts that wait for a call; beyond it the oldest counts as wasted. */
const maxWaiting = 512;

interface Entry {
  readonly intent: Exclude<Intent, { kind: 'release' }>;
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

/** Follows every prefetch, touch and push from admission to the real call that shows what it was worth. */
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
    const { id, intent, policy } = ticket;
    if (intent.kind === 'release') return;
    this.#open.set(id, {
      intent,
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
    const nothingDone = outcome.computedTokens === 0 && outcome.movedBytes === 0;
    if (nothingDone) this.#open.delete(outcome.id);
    if (entry.intent.kind !== 'prefetch') return;
    this.#computed += outcome.computedTokens;
    if (!nothingDone) this.issued += 1;
  }

  /** Is this prefix part of what the call sends? A session's next prompt extends the warmed one without naming it. */
  static covers(
    prefix: PrefixRef,
    draft: Pick<CallDraft, 'session' | 'agent' | 'prefixes'>,
  ): boolean {
    if (draft.prefixes.some(({ id }) => id === prefix.id)) return true;
    return prefix.session === draft.session && prefix.agent === draft.agent;
  }

  /** A real call is queued: the acts it covers are judged by it. */
  callStarted(draft: CallDraft): void {
    for (const entry of this.#open.values()) {
      if (entry.call === undefined && PrefetchLedger.covers(entry.intent.prefix, draft)) {
        entry.call = draft.call;
      }
    }
  }

  /** A real call is over; what it read from the cache is the evidence. */
  callEnded(call: CallId, usage: Usage | undefined): readonly Shown[] {
    const shown: Shown[] = [];
    for (const [id, entry] of this.#open) {
      if (entry.call !== call) continue;
      if (!entry.settled) {
        // The call was over before the act was: it shows nothing, the next one may.
        entry.call = undefined;
        continue;
      }
      this.#open.delete(id);
      shown.push(this.#judge(id, entry, usage));
    }
    return shown;
  }

  #judge(
    id: IntentId,
    { intent, policy, held, computedTokens }: Entry,
    usage: Usage | undefined,
  ): Shown {
    const { cacheRead: seenTokens, input = 0 } = usage ?? {};
    const expectedTokens = intent.prefix.tokens;
    const honoured = seenTokens !== undefined && seenTokens + slackTokens >= expectedTokens;
    const residentBefore = held.tier === 'device' ? held.tokens : 0;
    const useful =
      intent.kind === 'prefetch' && honoured && residentBefore + slackTokens < expectedTokens;
    if (useful) {
      this.#onUse({ policy, prefix: intent.prefix, held, seenTokens });
      this.used += 1;
      this.#usedTokens += computedTokens;
    }
    const known = honoured ? 'honoured' : 'ignored';
    const tells = seenTokens !== undefined && input + slackTokens >= expectedTokens;
    return {
      intent,
      seen: tells ? 2 * seenTokens >= expectedTokens : undefined,
      verification: {
        id,
        expectedTokens,
        verdict: seenTokens === undefined ? 'unknown' : known,
        useful,
        ...(seenTokens === undefined ? {} : { seenTokens }),
      },
    };
  }

  /** Tokens computed for prefetches that no call has used (yet). */
  get wastedTokens(): number {
    return this.#computed - this.#usedTokens;
  }
}
