import type { Clock, Ids, Random } from './ports.ts';

/** Node's timers carry `unref`; browsers' are numbers. */
interface Unrefable {
  unref?(): void;
}

/** The process's monotonic clock and timers. The one file that reads real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  at(atMs, run) {
    const timer = setTimeout(run, Math.max(0, atMs - performance.now()));
    if (typeof timer === 'object') (timer as Unrefable).unref?.();
    return () => clearTimeout(timer);
  },
};

/** The process's own random numbers. */
export const systemRandom: Random = () => Math.random();

/** Identifiers that count up and begin with letters of this process. */
export function createIds(random: Random = systemRandom): Ids {
  const process = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  let last = 0;
  return (kind) => `${kind}-${process}-${(++last).toString(36)}`;
}

/** 32 random bytes from the platform's cryptographic source. */
export function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
