import { describe, expect, it } from 'vitest';
import { ManualClock, seededRandom } from '../../src/testing/index.ts';

describe('ManualClock', () => {
  it('runs timers by time and then by registration, each at its own time', () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    const note = (name: string) => (): void => void ran.push(`${name}@${clock.now()}`);
    clock.at(20, note('late'));
    clock.at(10, note('first'));
    clock.at(10, note('second'));
    clock.at(10, () => clock.at(15, note('nested')));
    const cancel = clock.at(12, note('cancelled'));
    cancel();
    clock.advanceTo(20);
    expect(ran).toStrictEqual(['first@10', 'second@10', 'nested@15', 'late@20']);
    expect(clock.now()).toBe(20);
  });

  it('refuses to go back', () => {
    expect(() => new ManualClock(5).advanceTo(4)).toThrow(RangeError);
  });
});

function draw(seed: number): readonly number[] {
  return Array.from({ length: 100 }, seededRandom(seed));
}

describe('seededRandom', () => {
  it('repeats by seed, within [0, 1)', () => {
    expect(draw(7)).toStrictEqual(draw(7));
    expect(draw(7)).not.toStrictEqual(draw(8));
    expect(draw(7).every((x) => x >= 0 && x < 1)).toBe(true);
  });
});
