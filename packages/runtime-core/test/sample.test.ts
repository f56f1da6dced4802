import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginOfDifference, Sample } from '../src/sample.ts';

describe('marginOfDifference', () => {
  it('is what tables say for the larger of two variances', () => {
    const [a, b] = [new Sample(), new Sample()];
    for (const value of [1, 2, 3, 4, 5]) a.add(value);
    for (const value of [2, 4, 6, 8, 10]) b.add(value);
    // Variances 2.5 and 10, 5 each: error sqrt(10 * 2 / 5), 8 degrees of freedom, t = 2.306.
    expect(marginOfDifference(a, b)).toBeCloseTo(2.306 * 2, 2);
    expect(marginOfDifference(new Sample(), b)).toBeUndefined();
  });

  it('is that of all values, in whatever parts they were told', () => {
    const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(finite), fc.array(finite), (first, second) => {
        const [parts, more, all] = [new Sample(), new Sample(), new Sample()];
        for (const value of first) parts.add(value);
        for (const value of second) more.add(value);
        for (const value of [...first, ...second]) all.add(value);
        parts.merge(Sample.from(JSON.parse(JSON.stringify(more))));
        expect(parts.count).toBe(all.count);
        expect(parts.mean).toBeCloseTo(all.mean, 4);
        const scale = Math.max(1, all.variance ?? 0);
        expect((parts.variance ?? 0) / scale).toBeCloseTo((all.variance ?? 0) / scale, 6);
      }),
      { seed: 11 },
    );
  });
});
