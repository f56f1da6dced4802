/** Most, in logits, that one session moves a back-off weight from where the others have it: a share of 1/2 to 0.12 or 0.88. */
export const maxShift = 2;

/**
 * How far one session has moved each back-off weight, up or down. A run that repeats what nobody else does, ten thousand
 * times, moves each weight once: what it may is used up, and only a move back gives it again.
 */
export class WeightAllowance {
  readonly #moved = new Map<number, number>();

  /** The part of a wished move, in logits, that is left to the session; it counts as made. */
  take(weight: number, wished: number): number {
    const before = this.#moved.get(weight) ?? 0;
    const after = Math.max(-maxShift, Math.min(maxShift, before + wished));
    this.#moved.set(weight, after);
    return after - before;
  }
}
