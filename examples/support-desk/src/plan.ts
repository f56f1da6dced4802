import { keyedRandom, thinkTime } from '@entresol/example-load';
import type { PlannedSession, UserTurn } from '@entresol/example-load';
import { deskCase, filled } from './casebook.ts';
import { circumstances, greetings, questions } from './customer-lines.ts';

/** Two to four turns. */
export type DeskSession = PlannedSession;

/** Most customers ask back once. */
const turnCounts = [
  [2, 0.72],
  [3, 0.21],
  [4, 0.07],
] as const;

const longestOffsetMs = 4_000;

/**
 * Plans who comes, what they write and when, from the seed alone.
 * @param options.seed the same as the scripted director's, for messages that suit its routes
 * @param options.thinkScale factor on every time, 1 by default; 0 for customers who do not think
 * @throws {RangeError} when `sessions` is not a whole number or a number is negative
 */
export function planSessions({
  seed,
  sessions,
  thinkScale = 1,
}: {
  readonly seed: number;
  readonly sessions: number;
  readonly thinkScale?: number;
}): readonly DeskSession[] {
  if (!Number.isInteger(sessions) || sessions < 0) throw new RangeError(`sessions is ${sessions}`);
  if (!(thinkScale >= 0)) throw new RangeError(`thinkScale is ${thinkScale}`);
  const random = keyedRandom(seed);

  return Array.from({ length: sessions }, (_, index): DeskSession => {
    const id = `desk-${String(index + 1).padStart(4, '0')}`;
    const count = random.weigh<number>(turnCounts, id, 'turns');
    return {
      id,
      startOffsetMs: Math.round(random.between(0, longestOffsetMs, id, 'offset') * thinkScale),
      turns: Array.from({ length: count }, (_turn, before): UserTurn => {
        const turn = before + 1;
        const found = deskCase(seed, id, turn);
        const lines = questions[found.topic].map((slot, slotIndex) =>
          random.rotate(slot, turn, id, 'question', slotIndex),
        );
        const greeting = turn === 1 ? [random.pick(greetings, id, 'greeting')] : [];
        const about = [2 * turn, 2 * turn + 1].map((number) =>
          random.rotate(circumstances, number, id, 'circumstance'),
        );
        return {
          text: filled([...greeting, ...lines, ...about].join(' '), found),
          thinkMs: turn === 1 ? 0 : thinkTime(random, thinkScale, id, turn),
        };
      }),
    };
  });
}
