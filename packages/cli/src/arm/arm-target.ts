import type { AdapterHost } from '@entresol/runtime-core';
import type { EngineReport, PredictionReport } from '../report/report-document.ts';
import type { EngineCounters, EngineSpeed } from './arm-messages.ts';

/** Where an arm's requests go, and what can be read of it. */
export interface ArmTarget {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
  /** Model name of the requests. */
  readonly model: string;
  readonly firstToken: 'content' | 'event';
  /** Shows the app to the runtime; undefined = the app stays as it is. */
  readonly attach?: (app: object) => void;
  /** The runtime, for a load that is no app and speaks for itself; undefined as above. */
  readonly host?: AdapterHost;
  /** Tokens of a prompt of these messages, caching nothing; undefined where the engine does not say. */
  readonly promptTokens?: (messages: readonly object[]) => number;
  /** A session will not come back. */
  readonly endSession: (session: string) => void;
  engine(): EngineReport;
  /** Undefined when the engine's own counters cannot be read. */
  counters(): EngineCounters | undefined;
  /** How fast the engine is by itself, as far as it has found out; undefined when it is not ours. */
  speed?(): EngineSpeed;
  learned(): Learned;
  /** Idempotent. Counters and what was learned can still be read. */
  close(): Promise<void>;
}

export interface Learned {
  readonly prefetch: {
    readonly issued: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  readonly prediction?: PredictionReport;
  readonly stateBytes?: number;
}

export const nothingLearned: Learned = { prefetch: { issued: 0, used: 0, wastedTokens: 0 } };
