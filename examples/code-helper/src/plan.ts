import { keyedRandom, thinkTime } from '@entresol/example-load';
import type { PlannedSession } from '@entresol/example-load';
import { caseOf } from './director.ts';

const turnCounts = [
  [2, 0.45],
  [3, 0.4],
  [4, 0.15],
] as const;

const followUps = [
  'Please write the smallest change for it.',
  'Can you show with a call that it is really this?',
  'Is there anything else that depends on it?',
  'Please look over what we have before I apply it.',
] as const;

const longestOffsetMs = 4_000;

/** Plans who comes, what they write and when, from the seed alone. */
export function planSessions(options: {
  readonly seed: number;
  readonly sessions: number;
  readonly thinkScale: number;
}): readonly PlannedSession[] {
  const { seed, sessions, thinkScale } = options;
  const random = keyedRandom(seed);
  return Array.from({ length: sessions }, (_, index): PlannedSession => {
    const id = `help-${String(index + 1).padStart(4, '0')}`;
    const { symptom, name } = caseOf(seed, id);
    return {
      id,
      startOffsetMs: Math.round(random.between(0, longestOffsetMs, id, 'offset') * thinkScale),
      turns: Array.from(
        { length: random.weigh<number>(turnCounts, id, 'turns') },
        (_turn, turn) => ({
          text:
            turn === 0
              ? `${symptom} I think ${name} is involved.`
              : random.rotate(followUps, turn, id, 'follow-up'),
          thinkMs: turn === 0 ? 0 : thinkTime(random, thinkScale, id, turn),
        }),
      ),
    };
  });
}
