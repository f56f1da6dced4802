import type { ManualClock } from '@entresol/runtime-core/testing';

const stepMs = 5;
/** Steps after which whoever still waits waits for ever. */
const maxSteps = 4_000;

/** Lets everything run that waits for no clock. */
async function settle(turns = 4): Promise<void> {
  for (let at = 0; at < turns; at++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Lets the clock run until the work is over.
 * @throws {Error} when it never is
 */
export async function untilOver<T>(
  clock: ManualClock,
  work: Promise<T>,
  turns?: number,
): Promise<T> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  ended.catch(() => undefined);
  for (let at = 0; at < maxSteps && !over.signal.aborted; at++) {
    await settle(turns);
    clock.advanceBy(stepMs);
  }
  if (!over.signal.aborted) throw new Error('somebody waits for ever');
  return ended;
}
