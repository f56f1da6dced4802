import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Milliseconds } from '@entresol/runtime-core';

/** Lets time pass. */
type Wait = (ms: Milliseconds) => Promise<void>;

/** Waits in real time; keeps the process alive, since a request waits with it. */
const waitInRealTime: Wait = (ms) => sleep(ms);

export interface BandwidthOptions {
  /** Above 0. */
  readonly bytesPerSecond: number;
  readonly clock: Clock;
  readonly wait?: Wait;
}

/** A second tier made as slow as another device: every transfer takes at least its bytes over the bandwidth. */
export class Bandwidth {
  readonly #options: BandwidthOptions;

  /** @throws {RangeError} when `bytesPerSecond` is not a finite number above 0 */
  constructor(options: BandwidthOptions) {
    if (!Number.isFinite(options.bytesPerSecond) || options.bytesPerSecond <= 0) {
      throw new RangeError(
        `tierBytesPerSecond is ${options.bytesPerSecond}: give bytes a second above 0, or leave it away for full speed`,
      );
    }
    this.#options = options;
  }

  /** Least time that `bytes` take. */
  transferMs(bytes: number): Milliseconds {
    return (bytes / this.#options.bytesPerSecond) * 1000;
  }

  /** A transfer begins. The returned function waits out what is left of it, once its size is known. */
  begin(): (bytes: number) => Promise<void> {
    const { clock, wait = waitInRealTime } = this.#options;
    const startedAtMs = clock.now();
    return async (bytes) => {
      const leftMs = this.transferMs(bytes) - (clock.now() - startedAtMs);
      if (leftMs > 0) await wait(leftMs);
    };
  }
}
