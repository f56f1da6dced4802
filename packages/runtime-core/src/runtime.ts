import type { QueueReport } from './call-queue.ts';
import type { EngineDriver, Transport } from './engine-driver.ts';
import type { EngineBill } from './engine-bill.ts';
import type { RuntimeRecord } from './decision-record.ts';
import type { MissingEffect } from './effect-watch.ts';
import type { AdapterHost } from './framework.ts';
import type { EndpointId, Milliseconds, SessionId, TenantId } from './identities.ts';
import type { Policy } from './policy.ts';
import type { LedgerEntry } from './policy-ledger.ts';
import type { TrialOptions } from './policy-trial.ts';
import type { Clock, Ids, Random, StateStore } from './ports.ts';
import type { CallQueueOptions } from './queue-options.ts';
import type { ModelledRenewals } from './renewals.ts';
import type { SweepReport } from './retention-sweeps.ts';

/** Engine time for background acts: earned while the endpoint is idle, reserved at admission, settled at what was used. */
export interface Budget {
  /** Share of observed idle engine time that is earned, in [0, 1]. Default 0.5 on an engine of our own, 0 on a shared one. */
  readonly share: number;
  /** Most that can be saved up; a fresh endpoint starts with a quarter of it, so that the prior can act in the first session. */
  readonly burstMs: Milliseconds;
  /** Nothing is admitted while more requests than this wait for the engine. */
  readonly maxWaiting: number;
  /** Nothing is admitted while more requests than this run: 0 = only on an idle engine. */
  readonly maxRunning: number;
  /** A load reading older than this admits nothing. */
  readonly maxLoadAgeMs: Milliseconds;
  /** 0 unless the user sets it: a request that costs money is never sent otherwise. */
  readonly usdPerHour: number;
  /**
   * Dollars that a second is worth which an agent need not wait. Default 0: prompts are then never written ahead where that
   * costs money, since a write costs no less than it can save.
   */
  readonly waitUsdPerSecond: number;
  /**
   * Most of that time and those dollars that background acts may use for one tenant, in [0, 1]. Default 0.5. Only where
   * `tenantOf` tells tenants apart.
   */
  readonly tenantShare: number;
}

export interface RuntimeOptions {
  /** One driver, or several by name; the first is the default of `client()`. */
  readonly engines: EngineDriver | Readonly<Record<string, EngineDriver>>;
  readonly policies?: readonly Policy[];
  readonly budget?: Partial<Budget>;
  /** A queue in front of every engine, or of those named. Default none: every call is sent at once. */
  readonly queue?: CallQueueOptions | Readonly<Record<string, CallQueueOptions>>;
  /**
   * Part of the traffic in which policies do not act, so that {@link Runtime.ledger} can say what they do. Default none:
   * every policy acts everywhere, and its effect is not known.
   */
  readonly trial?: TrialOptions;
  /** What a policy would serve in place of a tool's result must come within this time. Default 250. */
  readonly serveDeadlineMs?: Milliseconds;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly ids?: Ids;
  readonly state?: StateStore;
  readonly tenantOf?: (metadata: Readonly<Record<string, unknown>>) => TenantId;
  /** Hears every event and every decision in order; see `replayDecisions`. Faults are counted and ignored. */
  readonly recorder?: (record: RuntimeRecord) => void;
}

/** Counters of one runtime since it was created. Plain JSON. */
export interface RuntimeReport {
  readonly managedCalls: number;
  readonly unmanagedCalls: number;
  readonly policies: readonly {
    readonly name: string;
    readonly mode: string;
    readonly faults: number;
    readonly switchedOff: boolean;
  }[];
  /** Directives that nothing here can carry out, by kind and occasion (`serve-transition`; `queue-call` where there is no queue). */
  readonly refusedDirectives: Readonly<Record<string, number>>;
  /** Lookups that were to be served in place of a tool's result: `served`, `missed`, `late`, `failed`. */
  readonly lookups: Readonly<Record<string, number>>;
  readonly background: {
    readonly admitted: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly computedTokens: number;
    readonly engineMs: Milliseconds;
    readonly prefetch: {
      readonly issued: number;
      readonly used: number;
      readonly wastedTokens: number;
    };
    readonly touches: SweepReport;
  };
  readonly stateBytes: number;
  /** What the user should know and nothing else says: state set aside, state not saved. */
  readonly warnings: readonly string[];
  readonly endpoints: Readonly<
    Record<
      EndpointId,
      {
        readonly budgetMs: Milliseconds;
        /** Absent where no queue stands in front of the endpoint. */
        readonly queue?: QueueReport;
        /** Measured. Absent where calls cost no money. */
        readonly bill?: EngineBill;
        /** Foreseen, not measured. Absent where nothing was renewed. */
        readonly modelled?: ModelledRenewals;
        /** What is not sought of the engine now, since it did not show it. Absent where all of it is. */
        readonly missing?: readonly MissingEffect[];
      }
    >
  >;
}

export interface Runtime extends AdapterHost {
  /** `{ baseURL, apiKey, fetch }` for ChatOpenAI's `configuration`, `new OpenAI(…)` or `createOpenAICompatible(…)`. */
  client(engine?: string): Transport;
  /** Resolves when every engine is open and saved state is loaded; rejects with the first failure. */
  readonly ready: Promise<void>;
  closeSession(session: SessionId): void;
  /** Stops every act at once, background and inline; only policies that fail closed go on. */
  stopActing(): void;
  report(): RuntimeReport;
  /**
   * What each policy did: measured against its own absence, and as the cost model reckons it. With `state` it is kept under
   * the key `ledger` and goes on after a restart. Plain JSON.
   */
  ledger(): readonly LedgerEntry[];
  /** Saves state, cancels background work, closes the engines. Idempotent. */
  close(): Promise<void>;
}
