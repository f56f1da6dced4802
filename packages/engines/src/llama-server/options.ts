import type { Clock, Milliseconds } from '@entresol/runtime-core';

export interface LlamaServerOptions {
  /** Where the server listens, with or without `/v1`, such as `http://127.0.0.1:8080`. */
  readonly baseURL: string;
  /** The server's `--api-key`, where it has one. */
  readonly apiKey?: string;
  /** Name of this engine in scopes and reports; `llama-server` by default. */
  readonly endpoint?: string;
  /** False when other processes send requests to this server as well: then nothing is done in its idle time. True by default. */
  readonly exclusive?: boolean;
  /**
   * Bytes of saved slots in the server's `--slot-save-path`; 0 = none; 1 GiB by default. Prompts of tenants are saved only
   * where this is set.
   */
  readonly stateBytes?: number;
  /** The server's `--slot-save-path` as this process sees it: then files are deleted as soon as they are given up. */
  readonly stateFolder?: string;
  /** How long the server may take to answer what is no work; 10 s by default. */
  readonly timeoutMs?: Milliseconds;
  /** Every request goes through it; `globalThis.fetch` by default. */
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Clock;
}

/** What `info()` says once the server was reached. */
export interface LlamaServerInfo {
  readonly name: 'llama-server';
  /** As the server names its build; undefined when it does not. */
  readonly version: string | undefined;
  readonly model: string;
  readonly slots: number;
  /** Tokens of one slot, prompt and reply together. */
  readonly contextTokens: number;
  /** True when slots can be saved: the server was started with `--slot-save-path`. */
  readonly savesSlots: boolean;
  /** Bytes of saved slots that are kept at most. */
  readonly stateBytes: number;
  /** False while the server does not answer: requests pass as the app wrote them, and nothing is done in the background. */
  readonly acting: boolean;
  /** Replies whose prompt had another length than the one that was counted for it; not 0 = slots are chosen by a wrong record. */
  readonly miscountedPrompts: number;
  /** Replies that found fewer tokens cached than the record says; not 0 = somebody else uses the slots, or the server drops them. */
  readonly missingTokens: number;
}
