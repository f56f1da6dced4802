import { keyedRandom, thinkTime } from '@entresol/example-load';
import type { PlannedSession } from '@entresol/example-load';
import { articles } from './articles.ts';

const turnCounts = [
  [2, 0.65],
  [3, 0.25],
  [4, 0.1],
] as const;

const openings = [
  'I am preparing a talk about the isles.',
  'For a school project I need something reliable.',
  'I am writing to the council about this.',
];

const questions = [
  'What is known about this, and since when?',
  'How sure is that, and who says so?',
  'What changed there in the last years?',
  'Who gains from it and who does not?',
];

/**
 * Plans who comes, what they ask and when, from the seed alone.
 * @throws {RangeError} when `sessions` is not a whole number or a number is negative
 */
export function planSessions({
  seed,
  sessions,
  thinkScale,
}: {
  readonly seed: number;
  readonly sessions: number;
  readonly thinkScale: number;
}): readonly PlannedSession[] {
  if (!Number.isInteger(sessions) || sessions < 0) throw new RangeError(`sessions is ${sessions}`);
  if (!(thinkScale >= 0)) throw new RangeError(`thinkScale is ${thinkScale}`);
  const random = keyedRandom(seed);
  return Array.from({ length: sessions }, (_, index): PlannedSession => {
    const id = `crew-${String(index + 1).padStart(4, '0')}`;
    return {
      id,
      startOffsetMs: Math.round(random.between(0, 4_000, id, 'offset') * thinkScale),
      turns: Array.from(
        { length: random.weigh<number>(turnCounts, id, 'turns') },
        (_turn, before) => {
          const turn = before + 1;
          const { title } = random.rotate(articles, turn * 4 + 1, id, 'article');
          const question = random.rotate(questions, turn, id, 'question');
          const opening =
            turn === 1 ? `${random.pick(openings, id, 'opening')} My number is ${index + 1}. ` : '';
          return {
            text: `${opening}${title}. ${question}`,
            thinkMs: turn === 1 ? 0 : thinkTime(random, thinkScale, id, turn),
          };
        },
      ),
    };
  });
}
