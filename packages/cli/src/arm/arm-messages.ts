import type { Gpu, RandomModelSize } from '@entresol/engines/embedded';
import type { ExampleLoadOptions } from '@entresol/example-load';
import type { Milliseconds } from '@entresol/runtime-core';
import type { ArmName } from '../demo/arm-plan.ts';
import type { GraphName } from '../demo/example-names.ts';
import type { PriorTreatment } from '../prior/prior-treatment.ts';
import type { EngineReport, PredictionReport } from '../report/report-document.ts';
import type { TraceTask } from '../trace-load/trace-task.ts';
import type { RequestRecord } from './request-record.ts';

/** Everything a child process needs to run one arm. Plain data: it crosses a process boundary. */
export type ArmConfig = ExampleArmConfig | TraceArmConfig;

interface ArmSettings {
  readonly arm: ArmName;
  readonly target: EmbeddedTarget | ServerTarget | ManagedServerTarget;
  readonly seed: number;
  readonly concurrency: number;
  readonly thinkScale: number;
  /** File that gets the runtime's events, one JSON document a line. */
  readonly recordPath?: string;
  /** File of the requests that another arm of the same run sent, one `KnownRequest` a line, for the oracle arm. */
  readonly knownRequestsPath?: string;
  /** What CacheSage is told of the graph; `declared` when absent. */
  readonly prior?: PriorTreatment;
}

/** Users of an example graph. */
export interface ExampleArmConfig extends ArmSettings {
  /** Name of the example graph; also the id of its workload. */
  readonly graph: GraphName;
  readonly sessions: number;
  readonly trace?: undefined;
  /** Who leads the conversations where the weights are real; the model when absent. */
  readonly director?: ExampleLoadOptions['director'];
}

/** A part of a trace. */
export interface TraceArmConfig extends ArmSettings {
  /** Name of the trace; also the id of its workload. */
  readonly graph: string;
  readonly trace: TraceTask;
}

/** A call of a trace as it was sent: the session's place in the sample, and the call's in its session. */
export interface SentCall {
  readonly session: number;
  readonly call: number;
}

export interface EmbeddedTarget {
  readonly kind: 'embedded';
  /** GGUF file; undefined = the random weights. */
  readonly modelPath?: string;
  readonly randomModel?: RandomModelSize;
  readonly gpu?: Gpu;
  readonly slots: number;
  readonly contextTokens: number;
  readonly tierBytes: number;
  /** Bandwidth of the second tier; undefined = as fast as it is. */
  readonly tierBytesPerSecond?: number;
}

/** An OpenAI-compatible server. */
export interface ServerTarget {
  readonly kind: 'server';
  readonly baseURL: string;
}

/** A server of a kind that a driver manages. */
export type ManagedServerTarget = ManagedLlamaServer | ManagedVLLM;

interface ManagedServerSettings {
  readonly kind: 'managed-server';
  readonly baseURL: string;
  readonly weights: 'random' | 'real';
}

/** Its server was started for priorities and nobody else uses it. */
export interface ManagedVLLM extends ManagedServerSettings {
  readonly engine: 'vllm';
}

export interface ManagedLlamaServer extends ManagedServerSettings {
  readonly engine: 'llama-server';
  /** Room for saved slots, and the server's folder of them. */
  readonly stateBytes: number;
  readonly stateFolder: string;
}

/** What the child tells its parent. */
export type ArmMessage =
  | { readonly type: 'ready'; readonly engine: EngineReport }
  | ({ readonly type: 'progress' } & ArmProgress)
  | { readonly type: 'result'; readonly result: ArmResult }
  | { readonly type: 'failure'; readonly message: string };

interface ArmProgress {
  /** Share of the planned work that is done, in [0, 1]. */
  readonly done: number;
  /** Agent whose reply came last. */
  readonly agent?: string;
  readonly promptTokens: number;
  readonly cachedTokens?: number;
}

/** What one arm measured, before any figure is derived from it. */
export interface ArmResult {
  readonly engine: EngineReport;
  readonly agents: number;
  readonly requests: readonly RequestRecord[];
  /** Where a trace was played, its calls in the order in which they were sent. */
  readonly sent?: readonly SentCall[];
  readonly wallMs: Milliseconds;
  /** The engine's own counters over the run, warm-up excluded; undefined when the engine is not ours. */
  readonly counters?: EngineCounters;
  readonly prefetch: {
    readonly issued: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  readonly prediction?: PredictionReport;
  readonly stateBytes?: number;
  readonly speed?: EngineSpeed;
}

/** What a reload and a recompute are made of. */
export interface EngineSpeed {
  /** Of a prompt that has the engine to itself. */
  readonly computeTokensPerSecond: number;
  readonly stateBytesPerToken: number;
}

export interface EngineCounters {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly cachedByTier: { readonly device: number; readonly disk: number };
  readonly computedPrefillTokens: number;
  readonly backgroundTokens: number;
  /** Undefined where the engine does not tell. */
  readonly evictions?: number;
}
