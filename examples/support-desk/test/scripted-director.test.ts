import { AIMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { scriptedDirector } from '../src/index.ts';
import type { DeskMoment } from '../src/index.ts';

const ignored = new AIMessage('ROUTE: nowhere');
const draws = 2_000;

const momentOf = (index: number, moment: Partial<DeskMoment> = {}): DeskMoment => ({
  session: `s-${index}`,
  agent: 'triage',
  turn: 1,
  step: 1,
  round: 1,
  ...moment,
});

/** The values whose share among many draws is off by more than four standard errors √(p(1−p)/n). */
function outliers<T>(draw: (index: number) => T, shares: ReadonlyMap<T, number>): readonly T[] {
  const drawn = Array.from({ length: draws }, (_, index) => draw(index));
  return [...shares].flatMap(([value, share]) => {
    const measured = drawn.filter((other) => other === value).length / draws;
    const off = Math.abs(measured - share) > 4 * Math.sqrt((share * (1 - share)) / draws);
    return off ? [value] : [];
  });
}

describe('scriptedDirector', () => {
  const director = scriptedDirector(1);

  it('opens sessions with the departments in their intended shares', () => {
    expect(
      outliers(
        (index) => director.route(momentOf(index), ignored, undefined),
        new Map([
          ['orders', 0.35],
          ['billing', 0.2],
          ['technical', 0.2],
          ['research', 0.15],
          ['returns', 0.1],
          ['reply', 0],
        ]),
      ),
    ).toEqual([]);
  });

  it.each(['orders', 'billing', 'technical', 'returns', 'research'] as const)(
    'sends seven of ten reports of %s to the reply and none back to where it came from',
    (from) => {
      expect(
        outliers(
          (index) => director.route(momentOf(index, { step: 2 }), ignored, from),
          new Map([
            ['reply', 0.7],
            [from, 0],
          ]),
        ),
      ).toEqual([]);
    },
  );

  it('answers most later messages from the conversation', () => {
    expect(
      outliers(
        (index) => director.route(momentOf(index, { turn: 2 }), ignored, undefined) === 'reply',
        new Map([[true, 0.78]]),
      ),
    ).toEqual([]);
  });

  it('approves three drafts of four', () => {
    expect(
      outliers(
        (index) => director.approves(momentOf(index, { agent: 'reply/review' }), ignored),
        new Map([[true, 0.75]]),
      ),
    ).toEqual([]);
  });

  it('decides the same at the same moment, whatever the model replied', () => {
    const moment = momentOf(3, { agent: 'billing' });
    const other = scriptedDirector(1);
    other.write(momentOf(4), ignored);
    expect(other.toolCall(moment, new AIMessage('anything'))).toEqual(
      director.toolCall(moment, ignored),
    );
    expect(other.write(moment, new AIMessage('anything'))).toBe(director.write(moment, ignored));
    expect(scriptedDirector(2).write(moment, ignored)).not.toBe(director.write(moment, ignored));
  });

  it('gives every tool call an id of its own', () => {
    const ids = Array.from({ length: draws }, (_, index) =>
      director.toolCall(momentOf(index, { agent: 'orders' }), ignored),
    ).flatMap((call) => (call ? [call.id] : []));
    expect(ids.length).toBeGreaterThan(draws / 3);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('fills every placeholder of what it writes', () => {
    for (const agent of [
      'orders',
      'billing',
      'technical',
      'returns',
      'digest',
      'reply/draft',
    ] as const) {
      for (let index = 0; index < 50; index += 1) {
        expect(director.write(momentOf(index, { agent }), ignored)).not.toMatch(/[{}]|undefined/);
      }
    }
  });
});
