import { keyedRandom } from './keyed-random.ts';
import type { KeyedRandom } from './keyed-random.ts';
import type { PlannedSession } from './run-sessions.ts';
import { thinkTime } from './think-time.ts';

/** Longest pause before the first message, in ms. */
const longestOffsetMs = 4_000;

/** Who writes to an application. */
export interface ChatUsers {
  /** Ids of sessions begin with it. */
  readonly name: string;
  /** Numbers of messages with their shares. */
  readonly turnCounts: readonly (readonly [turns: number, share: number])[];
  /** What a user writes in a turn; both count from 1. */
  readonly textOf: (
    random: KeyedRandom,
    at: { readonly session: string; readonly number: number; readonly turn: number },
  ) => string;
}

/**
 * Plans who comes, what they write and when, from the seed alone.
 * @throws {RangeError} when `sessions` is not a whole number or a number is negative
 */
export function planChats(
  options: { readonly seed: number; readonly sessions: number; readonly thinkScale: number },
  { name, turnCounts, textOf }: ChatUsers,
): readonly PlannedSession[] {
  const { seed, sessions, thinkScale } = options;
  if (!Number.isInteger(sessions) || sessions < 0) throw new RangeError(`sessions is ${sessions}`);
  if (!(thinkScale >= 0)) throw new RangeError(`thinkScale is ${thinkScale}`);
  const random = keyedRandom(seed);
  return Array.from({ length: sessions }, (_, index): PlannedSession => {
    const number = index + 1;
    const id = `${name}-${String(number).padStart(4, '0')}`;
    const turns = random.weigh<number>(turnCounts, id, 'turns');
    return {
      id,
      startOffsetMs: Math.round(random.between(0, longestOffsetMs, id, 'offset') * thinkScale),
      turns: Array.from({ length: turns }, (_turn, before) => {
        const turn = before + 1;
        return {
          text: textOf(random, { session: id, number, turn }),
          thinkMs: turn === 1 ? 0 : thinkTime(random, thinkScale, id, turn),
        };
      }),
    };
  });
}
