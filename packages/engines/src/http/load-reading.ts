import type { Clock, EngineLoad, Milliseconds } from '@entresol/runtime-core';

type Requests = Pick<EngineLoad, 'running' | 'waiting'>;

const everyMs = 500;

/** Reads the load of an engine that others use too, again and again. A reading that fails leaves the last one to age. */
export class LoadReading {
  readonly #clock: Clock;
  readonly #read: () => Promise<Requests>;
  #last: (Requests & { readonly atMs: Milliseconds }) | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock, read: () => Promise<Requests>) {
    this.#clock = clock;
    this.#read = read;
    void this.#look();
  }

  /** @param own requests that are known to run now, whatever the last reading said */
  load(own: number): EngineLoad {
    if (this.#last === undefined) {
      return { running: own, waiting: 0, ageMs: Number.POSITIVE_INFINITY };
    }
    const { running, waiting, atMs } = this.#last;
    return { running: Math.max(own, running), waiting, ageMs: this.#clock.now() - atMs };
  }

  /** Requests that waited when the engine was last asked. */
  get waiting(): number {
    return this.#last?.waiting ?? 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    try {
      const read = await this.#read();
      this.#last = { ...read, atMs: this.#clock.now() };
    } catch {
      // The client tells who needs to know that the server is gone.
    }
    if (this.#stopped) return;
    this.#cancel = this.#clock.at(this.#clock.now() + everyMs, () => void this.#look());
  }
}
