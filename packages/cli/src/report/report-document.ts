import type { ArmName } from '../demo/arm-plan.ts';

/**
 * What `entresol demo --json` prints. Plain JSON. A figure that the engine cannot give is null, never 0; rates are in
 * [0, 1], times in milliseconds unless the name says seconds, sizes in bytes.
 */
export interface ReportDocument {
  readonly engine: EngineReport;
  readonly machine: MachineReport;
  readonly workloads: readonly WorkloadReport[];
}

export interface EngineReport {
  readonly name: string;
  readonly version: string | null;
  readonly model: string;
  /** `random`: the text means nothing; prefill, decode and KV cache are real. */
  readonly weights: 'random' | 'real';
  /** What it computes on: `cpu`, or backend and device; null where the engine is not ours; absent in documents of before. */
  readonly device?: string | null;
  readonly slots: number | null;
  readonly contextTokens: number | null;
  /** Room of the second tier. */
  readonly tierBytes: number | null;
  /** Time to bring saved tokens back over the time to compute them again. */
  readonly reloadToRecompute: number | null;
}

export interface MachineReport {
  readonly cpu: string;
  readonly cores: number;
  /** Commit of the checkout that ran; null outside a checkout. */
  readonly commit: string | null;
}

/** One example graph under one load. */
export interface WorkloadReport {
  readonly name: string;
  readonly framework: string;
  readonly load: 'light' | 'saturated';
  readonly agents: number;
  readonly sessions: number;
  /** Requests of one arm. */
  readonly requests: number;
  readonly repeats: number;
  /**
   * Hit rate of an infinite cache on the same prompts minus the hit rate of `unmodified`. Estimated from text, so it can
   * be a little below 0 where nothing is left to gain.
   */
  readonly headroom: number | null;
  readonly arms: ArmsReport;
  /** Null when no predictor ran. */
  readonly prediction: PredictionReport | null;
  /** Size of the learned state; null when nothing was learned. */
  readonly stateBytes: number | null;
}

/** `cachesage` is absent only when the engine is someone else's server. */
export type ArmsReport = { readonly unmodified: ArmReport } & {
  readonly [name in Exclude<ArmName, 'unmodified'>]?: ArmReport;
};

export interface PredictionReport {
  /** Share of next agents that were named first; null when none is resolved. */
  readonly top1: number | null;
  /** Mean multi-class Brier score, in [0, 2], 0 is perfect; null when none is resolved. */
  readonly brier: number | null;
  readonly resolved: number;
  /** The prior on trial over the first five sessions of one recording; absent where it was not tried. */
  readonly firstFiveSessions?: FirstFiveSessions;
}

/** The same recorded events, predicted from different priors. */
export interface FirstFiveSessions {
  /** The declared graph. */
  readonly withPrior: TrialReport;
  /** No declaration heard: agents and edges are learned as they appear. */
  readonly withoutPrior: TrialReport;
  /** The declared graph with its agents' names exchanged. */
  readonly shuffledPrior: TrialReport;
}

export interface TrialReport {
  readonly top1: number | null;
  readonly brier: number | null;
  readonly resolved: number;
  /** Of an engine run of these sessions under this prior; null when none was made. */
  readonly netHitRate: number | null;
}

export interface ArmReport {
  readonly description: string;
  readonly promptTokens: number;
  readonly cachedTokens: number | null;
  /** Cached prompt tokens over prompt tokens. */
  readonly hitRate: number | null;
  /** 1 − (computed prefill + background tokens) / prompt tokens: what warm-ups cost is charged. */
  readonly netHitRate: number | null;
  readonly computedPrefillTokens: number | null;
  /** Tokens computed for warm-ups that no request asked for. */
  readonly backgroundTokens: number | null;
  readonly cachedByTier: { readonly device: number; readonly disk: number } | null;
  readonly ttftMs: TtftReport;
  readonly wallSeconds: number;
  readonly outputTokensPerSecond: number;
  readonly prefetch: {
    readonly issued: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  readonly evictions: number | null;
}

/** Time to first token over all requests of the arm. */
export interface TtftReport {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly queueMean: number | null;
  readonly prefillMean: number | null;
}
