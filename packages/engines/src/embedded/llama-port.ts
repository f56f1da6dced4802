import type { SlotSequence } from '../slot-manager/slot-sequence.ts';

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly seed: number;
}

/** One sequence of the context: a cache slot. Calls on one sequence must not overlap; different sequences share batches. */
export interface LlamaSequence extends SlotSequence {
  /**
   * Appends `tokens` and yields sampled tokens until the model ends its turn. A yielded token enters the KV only when the
   * next one is asked for.
   */
  generate(tokens: Int32Array, sampling: Sampling): AsyncGenerator<number, void, void>;
  contents(): Int32Array;
}

/** The native engine as the rest of this driver sees it. */
export interface LlamaPort {
  readonly version: string;
  /** `cpu`, or the name of the backend and of the device behind it. */
  readonly device: string;
  readonly sequences: readonly LlamaSequence[];
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
