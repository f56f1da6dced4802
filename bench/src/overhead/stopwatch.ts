/**
 * Adds up the time between starts and stops. Given to a measurement as its clock, it counts only what is between them:
 * the rest of an iteration (the engine's double, the bench's own work) costs nothing.
 */
export class Stopwatch {
  #totalMs = 0;
  #sinceMs: number | undefined;

  start(): void {
    this.#sinceMs = performance.now();
  }

  /** Does nothing while it stands still. */
  stop(): void {
    if (this.#sinceMs === undefined) return;
    this.#totalMs += performance.now() - this.#sinceMs;
    this.#sinceMs = undefined;
  }

  time<T>(run: () => T): T {
    this.start();
    try {
      return run();
    } finally {
      this.stop();
    }
  }

  /** Stands still for something that happens meanwhile. */
  aside<T>(run: () => T): T {
    const running = this.#sinceMs !== undefined;
    this.stop();
    try {
      return run();
    } finally {
      if (running) this.start();
    }
  }

  /** In ns, as mitata reads clocks. */
  readonly now = (): number => this.#totalMs * 1e6;
}
