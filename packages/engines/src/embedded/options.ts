import type { Clock, Random } from '@entresol/runtime-core';
import type { SlotStats } from '../slot-manager/stats.ts';
import type { RandomModelSize } from './model/random-weights.ts';

/**
 * Who manages slots and saved states. `runtime`: this driver's slots and second tier, ordered by the runtime's policies
 * where there are any and by LRU otherwise. `llama-server`: the rules of llama.cpp's own server, as its users get them.
 */
export type Management = 'runtime' | 'llama-server';

/** What llama.cpp computes on. `auto`: the best that it finds, the CPU where it finds none. */
export type Gpu = 'auto' | 'cuda' | 'metal' | 'vulkan';

export interface EmbeddedOptions {
  /** Name of this engine in scopes and reports; `embedded` by default. */
  readonly endpoint?: string;
  /** Path of a GGUF model; without one a small Llama of seeded random weights is written once and used. */
  readonly model?: string;
  /** Size of that Llama where no model is given; `small` by default. */
  readonly randomModel?: RandomModelSize;
  /** The CPU by default. A backend that is named and cannot be used fails at `open`. */
  readonly gpu?: Gpu;
  /** Sequences of one llama.cpp context, and so the most requests that run at once; 4 by default. */
  readonly slots?: number;
  /** Tokens that one slot holds, prompt and reply together; 4096 by default. */
  readonly contextTokens?: number;
  /** Bytes of saved sequence states on disk; 0 = no second tier; 64 MiB by default. */
  readonly tierBytes?: number;
  /**
   * Bytes a second at which states move to and from the second tier, whoever manages it: makes it as slow as another
   * device, so that a reload costs there what it costs here. Full speed by default.
   */
  readonly tierBytesPerSecond?: number;
  /** How the second tier's transfers let time pass; real time by default. */
  readonly tierWait?: (ms: number) => Promise<void>;
  /** Folder in which the private folder of saved states is made; the system's temporary folder by default. */
  readonly tierFolder?: string;
  /** Folder in which the model of random weights is kept between runs. */
  readonly cacheFolder?: string;
  readonly management?: Management;
  /** Threads of one evaluation; by default one less than there are cores, so that the app keeps one. */
  readonly threads?: number;
  /** Tokens of one batch, by default 256 on the CPU and 2,048 on a GPU: a batch in flight is not interrupted, so this bounds how long one act delays another. */
  readonly batchTokens?: number;
  readonly clock?: Clock;
  /** Draws the sampling seed of a request that brings none. */
  readonly random?: Random;
  /** Ends opening early: the model's preparation stops and `open` rejects. */
  readonly signal?: AbortSignal;
}

/** What `info()` says once the engine is open. */
export interface EmbeddedInfo {
  readonly name: 'llama.cpp';
  /** Release of llama.cpp inside the library. */
  readonly version: string;
  /** Name of the model as requests may write it. */
  readonly model: string;
  /** `random`: the engine's work is real and its text means nothing. */
  readonly weights: 'random' | 'real';
  /** What it computes on: name of the backend, `cpu` where there is none. */
  readonly device: string;
  readonly slots: number;
  readonly contextTokens: number;
  readonly tierBytes: number;
  /** Milliseconds to bring 2,000 tokens up from the second tier over milliseconds to compute them, as fitted so far. */
  readonly reloadToRecompute: number;
  /** Prompt tokens a second of a prompt of 2,000 that has the engine to itself, as fitted so far. */
  readonly computeTokensPerSecond: number;
  /** Bytes of saved state per token, over 2,000 tokens. */
  readonly stateBytesPerToken: number;
}

/** Counters since the engine was opened. */
export type EmbeddedStats = SlotStats;
