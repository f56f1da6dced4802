import { RuntimeConfigError } from './errors.ts';
import type { Milliseconds } from './identities.ts';

/** A queue in front of one endpoint: calls above `concurrency` wait here, where their order can still be chosen. */
export interface CallQueueOptions {
  /**
   * Managed calls that are on their way to the endpoint at once, a whole number of 1 or more. The number of the engine's
   * slots keeps the engine's own queue empty, so that the order is chosen here.
   */
  readonly concurrency: number;
  /** Calls of the same key that came later and may leave first, 0 or more. Default half of `concurrency`, at least 1. */
  readonly maxOvertaken?: number;
  /** A call that has waited this long is not overtaken any more by calls of its key. Default 10 000. */
  readonly maxOvertakenMs?: Milliseconds;
  /** A call that has waited this long is sent although `concurrency` is reached. Default 120 000. */
  readonly maxWaitMs?: Milliseconds;
}

/** @throws {RangeError} naming the option, its value and its range */
export function checkedQueueOptions(options: CallQueueOptions): Required<CallQueueOptions> {
  const { concurrency, maxOvertaken = Math.max(1, Math.ceil(concurrency / 2)) } = options;
  const { maxOvertakenMs = 10_000, maxWaitMs = 120_000 } = options;
  wholeNumber('concurrency', concurrency, 1);
  wholeNumber('maxOvertaken', maxOvertaken, 0);
  duration('maxOvertakenMs', maxOvertakenMs);
  duration('maxWaitMs', maxWaitMs);
  return { concurrency, maxOvertaken, maxOvertakenMs, maxWaitMs };
}

/** Options by name of engine; the same for all where no names are given. */
export function queuesByEngine(
  queue: CallQueueOptions | Readonly<Record<string, CallQueueOptions>> | undefined,
  engines: readonly string[],
): ReadonlyMap<string, Required<CallQueueOptions>> {
  if (queue === undefined) return new Map();
  if (isQueueOptions(queue)) {
    const checked = checkedQueueOptions(queue);
    return new Map(engines.map((name) => [name, checked]));
  }
  return new Map(
    Object.entries(queue).map(([name, options]) => {
      if (!engines.includes(name)) {
        throw new RuntimeConfigError(
          `queue names the engine "${name}"; this runtime has ${engines.join(', ')}`,
          { code: 'unknown-engine', value: name },
        );
      }
      return [name, checkedQueueOptions(options)];
    }),
  );
}

function isQueueOptions(
  queue: CallQueueOptions | Readonly<Record<string, CallQueueOptions>>,
): queue is CallQueueOptions {
  return 'concurrency' in queue && typeof queue['concurrency'] !== 'object';
}

function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `queue.${name} must be a whole number of ${least} or more, got ${String(value)}`,
    );
  }
}

function duration(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new RangeError(`queue.${name} must be 0 or more milliseconds, got ${String(value)}`);
  }
}
