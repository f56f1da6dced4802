/** Who waits for the evaluation: requests go first into every batch, warm-ups take what room is left. */
export type Urgency = 'request' | 'background';

/** One sequence of an engine: a cache slot. Calls on one sequence must not overlap. */
export interface SlotSequence {
  /** Tokens whose KV is held now. Cheap. */
  readonly length: number;
  /** Appends tokens to the KV without sampling. */
  prefill(tokens: Int32Array, urgency: Urgency): Promise<void>;
  /** Forgets everything from position `length` on. */
  trim(length: number): Promise<void>;
  /** Writes tokens and KV to a file; resolves with its size in bytes. */
  save(path: string): Promise<number>;
  /** Replaces the content by that of a file which was saved from the same model. Empty after a failure. */
  load(path: string): Promise<void>;
  /** The tokens as the engine counts them, where it tells; slow, for checks. */
  contents?(): Int32Array;
}
