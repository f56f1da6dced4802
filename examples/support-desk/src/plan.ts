import { deskCase, filled } from './casebook.ts';
import { circumstances, greetings, questions } from './customer-lines.ts';
import { keyedRandom } from './keyed-random.ts';

export interface UserTurn {
  readonly text: string;
  /** Time between the desk's last answer and this message, in ms; 0 for the first. */
  readonly thinkMs: number;
}

export interface DeskSession {
  /** The thread. */
  readonly id: string;
  /** Pause between the moment a slot is free and the first message, in ms. */
  readonly startOffsetMs: number;
  /** Two to four. */
  readonly turns: readonly UserTurn[];
}

/** Most customers ask back once. */
const turnCounts = [
  [2, 0.72],
  [3, 0.21],
  [4, 0.07],
] as const;

/** Median time a customer takes to read an answer and write the next message, in ms. */
const medianThinkMs = 9_000;

const [shortestThinkMs, longestThinkMs] = [2_000, 45_000];

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

  /** Log-normal by Box and Muller 1958 (doi:10.1214/aoms/1177706645): most are quick, a few are gone for long. */
  function thinkMs(id: string, turn: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - random.unit(id, turn, 'think-radius')));
    const normal = radius * Math.cos(2 * Math.PI * random.unit(id, turn, 'think-angle'));
    const ms = medianThinkMs * Math.exp(0.8 * normal);
    return Math.round(Math.min(longestThinkMs, Math.max(shortestThinkMs, ms)) * thinkScale);
  }

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
          thinkMs: turn === 1 ? 0 : thinkMs(id, turn),
        };
      }),
    };
  });
}
