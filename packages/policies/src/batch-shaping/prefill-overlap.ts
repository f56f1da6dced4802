import type { Milliseconds } from '@entresol/runtime-core';

/** Newest prefills that count. */
const memory = 0.9;
/** Calls that what is assumed beforehand counts for. */
const assumedCalls = 2;
/** Less work beside a call does not show among the noise of its times. */
const minBesideMs = 20;

/** What a call met whose prompt has been computed. */
export interface PrefillTime {
  /** From when it was sent to its first token. */
  readonly tookMs: Milliseconds;
  /** What its own prompt costs where nothing else is computed. */
  readonly ownMs: Milliseconds;
  /** What was left to compute of other prompts when it was sent. */
  readonly besideMs: Milliseconds;
  /** Did another one come before its first token? */
  readonly joined: boolean;
}

/**
 * How far an endpoint computes one prompt after the other. Where compute is short, a prompt waits for all that is left of
 * those before it; an API with many replicas computes it as if they were not there.
 */
export class PrefillOverlap {
  #of = assumedCalls;
  #delayed: number;
  /** What comes to every call and is no work: the way to the endpoint and back. */
  #baseMs: Milliseconds | undefined;

  /** @param assumed share that is taken for true until it is seen */
  constructor(assumed: number) {
    this.#delayed = assumed * assumedCalls;
  }

  /** Share of the work before it that a prompt waits for, in [0, 1]. */
  get share(): number {
    return this.#delayed / this.#of;
  }

  add({ tookMs, ownMs, besideMs, joined }: PrefillTime): void {
    const overMs = tookMs - ownMs;
    if (besideMs >= minBesideMs) {
      const share = Math.min(1, Math.max(0, (overMs - (this.#baseMs ?? 0)) / besideMs));
      this.#of = this.#of * memory + 1;
      this.#delayed = this.#delayed * memory + share;
    } else if (besideMs === 0 && !joined) {
      const baseMs = this.#baseMs ?? overMs;
      this.#baseMs = baseMs * memory + overMs * (1 - memory);
    }
  }
}
