/** Turns of the event loop after which nothing that awaits only promises is left to run; one would do, libraries chain some. */
const turnsToRest = 4;

interface Timer {
  readonly dueMs: number;
  /** Orders timers that are due at once. */
  readonly order: number;
  readonly fire: () => void;
}

type Callback = (...values: unknown[]) => void;

/** FNV-1a with a final avalanche, as a fraction in [0, 1). */
function fractionOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * The time of a simulated app, as in discrete-event simulation: each piece of work lasts as long as its name and the seed
 * say, and the next thing happens only when the event loop has come to rest. What finishes first is then a property of the
 * app, not of how many microtasks lie on its way.
 */
export class VirtualTime {
  readonly #seed: number;
  #timers: Timer[] = [];
  #nowMs = 0;
  #made = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Since the beginning. The same for all that one event sets in motion before the event loop rests. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** One piece of work, 1 to 1,000 ms long. Rejects with the reason of an abort. */
  work(name: string, signal?: AbortSignal): Promise<void> {
    const ms = 1 + 999 * fractionOf(`${this.#seed} ${name}`);
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const cancel = this.#add(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });
  }

  /** Runs until `main` is over and nothing is left that will happen. */
  async run<T>(main: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    main.then(over, over);
    for (;;) {
      await atRest();
      if (this.#fireNext()) continue;
      if (isOver) return main;
      throw new Error('the app waits for something that will not happen');
    }
  }

  /** Puts the global timers, those of libraries, on this time. Returns the undo. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const cancels = new WeakMap<object, () => void>();
    const start = (run: Callback, ms = 0, ...values: unknown[]): object => {
      const handle = { ref: () => handle, unref: () => handle };
      cancels.set(
        handle,
        this.#add(ms, () => run(...values)),
      );
      return handle;
    };
    const stop = (handle?: unknown): void => {
      if (typeof handle === 'object' && handle !== null) cancels.get(handle)?.();
    };
    Object.assign(globalThis, { setTimeout: start, clearTimeout: stop });
    return () => Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  #add(ms: number, fire: () => void): () => void {
    this.#made += 1;
    const timer = { dueMs: this.#nowMs + ms, order: this.#made, fire };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #fireNext(): boolean {
    const [next] = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    if (next === undefined) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#nowMs = next.dueMs;
    next.fire();
    return true;
  }
}

async function atRest(): Promise<void> {
  for (let turn = 0; turn < turnsToRest; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
