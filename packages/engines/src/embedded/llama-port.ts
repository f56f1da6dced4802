/** Who waits for the evaluation: requests go first into every batch, warm-ups take what room is left. */
export type Urgency = 'request' | 'background';

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly seed: number;
}

/** One sequence of the context: a cache slot. Calls on one sequence must not overlap; different sequences share batches. */
export interface SlotSequence {
  /** Tokens whose KV is held now. Cheap. */
  readonly length: number;
  /** Appends tokens to the KV without sampling. */
  prefill(tokens: Int32Array, urgency: Urgency): Promise<void>;
  /**
   * Appends `tokens` and yields sampled tokens until the model ends its turn. A yielded token enters the KV only when the
   * next one is asked for.
   */
  generate(tokens: Int32Array, sampling: Sampling): AsyncGenerator<number, void, void>;
  /** Forgets everything from position `length` on. */
  trim(length: number): Promise<void>;
  /** Writes tokens and KV to a file; resolves with its size in bytes. */
  save(path: string): Promise<number>;
  /** Replaces the content by that of a file which this process saved from the same model. Empty after a failure. */
  load(path: string): Promise<void>;
  /** The tokens as the engine counts them; slow, for checks. */
  contents(): Int32Array;
}

/** The native engine as the rest of this driver sees it. */
export interface LlamaPort {
  readonly version: string;
  /** `cpu`, or the name of the backend and of the device behind it. */
  readonly device: string;
  readonly sequences: readonly SlotSequence[];
  /** Tokens that one sequence can hold. */
  readonly contextTokens: number;
  readonly vocabulary: {
    readonly template: string | undefined;
    readonly bosToken: string;
    readonly eosToken: string;
    /** Special tokens are recognised; nothing is added. */
    readonly tokenize: (text: string) => readonly number[];
    /** Text of `tokens` as it follows `before`. */
    readonly detokenize: (tokens: readonly number[], before: readonly number[]) => string;
  };
  close(): Promise<void>;
}
