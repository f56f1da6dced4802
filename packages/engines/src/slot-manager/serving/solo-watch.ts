import type { Clock, Milliseconds } from '@entresol/runtime-core';

/** Times work only while one sequence has the engine to itself: a shared batch says nothing about one prompt's cost. */
export class SoloWatch {
  readonly #clock: Clock;
  #inside = 0;
  #entries = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request or warm-up uses the engine until the returned function is called. */
  enter(): () => void {
    this.#inside += 1;
    this.#entries += 1;
    return () => {
      this.#inside -= 1;
    };
  }

  /** The returned function says how long it took, or undefined when somebody else was there. */
  start(): () => Milliseconds | undefined {
    const startedAtMs = this.#clock.now();
    const entries = this.#entries;
    const alone = this.#inside === 1;
    return () => (alone && entries === this.#entries ? this.#clock.now() - startedAtMs : undefined);
  }
}
