/** Kinds of servers that are told apart; `openai-compatible` is any other. */
export type EngineKind = 'vllm' | 'sglang' | 'llama-server' | 'openai-compatible';

export type EngineCheckName =
  /** Does it answer at its URL, with our key? */
  | 'reachable'
  /** What it is, and whether its prefix cache is on by its own account. */
  | 'engine'
  | 'model'
  /** Does a chat completion come back? */
  | 'answers'
  /** Does a stream end as it should, with its usage? */
  | 'stream'
  /** Are cached tokens reported? */
  | 'cached-tokens'
  /** Is a prompt that was just computed read from the cache? */
  | 'prefix-cache'
  /** Does the same salt hit, and another one miss? */
  | 'tenant-isolation'
  /** Does a priority change the order, and which way? */
  | 'priority'
  /** Which fields are refused, and which go by without effect? */
  | 'fields'
  /** Flags that only the engine itself can tell of. */
  | 'settings';

/** `broken`: the runtime cannot work as meant. `hint`: it works with less. `unknown`: could not be found out. */
export type Verdict = 'ok' | 'hint' | 'broken' | 'unknown';

/** One thing that was looked at. */
export interface EngineCheck {
  readonly check: EngineCheckName;
  readonly verdict: Verdict;
  readonly finding: string;
  /** What to do; absent where there is nothing to do. */
  readonly fix?: string;
  /** Flag of the server that would change it. */
  readonly flag?: string;
  /** Field of requests that was taken and changed nothing. */
  readonly ignoredField?: string;
}

/** What the doctor found of an engine. Plain JSON. */
export interface EngineExamination {
  readonly url: string;
  /** Null where it could not be reached. */
  readonly engine: EngineKind | null;
  /** As the server names it; null where it does not. */
  readonly version: string | null;
  readonly model: string | null;
  readonly checks: readonly EngineCheck[];
  /** Flags that the server was started without, as far as it shows. */
  readonly missingFlags: readonly string[];
  /** How the server should be started; null for one of no known kind. */
  readonly startCommand: string | null;
}
