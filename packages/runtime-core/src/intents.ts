import type { IntentId, Milliseconds, PrefixRef, SessionId, TenantId } from './identities.ts';
import type { Worth } from './policy.ts';

/** A wish carried out off the request path. */
export type Intent =
  | {
      readonly kind: 'prefetch';
      readonly prefix: PrefixRef;
      readonly session: SessionId;
      readonly probability: number;
      readonly deadlineMs: Milliseconds;
    }
  /** Made by the host's retention planner from `score`, not by policies; the newest one per prefix stands. */
  | {
      readonly kind: 'retain';
      readonly prefix: PrefixRef;
      readonly worth: Worth;
      readonly untilMs: Milliseconds;
    }
  | {
      readonly kind: 'release';
      readonly prefix: PrefixRef;
      readonly how: 'demote' | 'drop';
      readonly why: 'session-close' | 'outranked' | 'tenant-purge' | 'kill-switch';
    };

/** An admitted intent with its reservation of engine time. */
export interface Ticket {
  readonly id: IntentId;
  readonly policy: string;
  readonly tenant?: TenantId;
  readonly intent: Intent;
  readonly reservedMs: Milliseconds;
  readonly signal: AbortSignal;
}

/** Said once, when the act is over. Tokens computed and bytes moved are what is charged, never what was asked. */
export interface Outcome {
  readonly id: IntentId;
  readonly state: 'applied' | 'skipped-resident' | 'refused' | 'cancelled' | 'failed';
  readonly mode: 'hard' | 'ranked' | 'touch' | 'ttl' | 'advisory' | 'none';
  readonly evidence: 'exact' | 'derived' | 'absent';
  readonly computedTokens: number;
  readonly movedBytes: number;
  readonly engineMs: Milliseconds;
  readonly usd?: number;
  readonly reason?: string;
}

/** Said later, from the next real call over that prefix. `useful` only if it was not resident when the act began. */
export interface Verification {
  readonly id: IntentId;
  readonly expectedTokens: number;
  readonly seenTokens?: number;
  readonly verdict: 'honoured' | 'ignored' | 'unknown';
  readonly useful: boolean;
}
