import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefillOverlap } from '../../src/batch-shaping/prefill-overlap.ts';

const alone = { besideMs: 0, joined: false };

describe('overlap of prefills', () => {
  it('is what is assumed until something is seen', () => {
    expect(new PrefillOverlap(0.8).share).toBeCloseTo(0.8, 12);
  });

  it.each([
    ['in turn', 1],
    ['half in turn', 0.5],
    ['side by side', 0],
  ])('finds out that prompts are computed %s', (_, share) => {
    const overlap = new PrefillOverlap(0.8);
    for (let at = 0; at < 60; at++) {
      const ownMs = 100 + at;
      overlap.add({ tookMs: ownMs + share * 300, ownMs, besideMs: 300, joined: false });
    }
    expect(overlap.share).toBeCloseTo(share, 2);
  });

  it('takes the way there and back out of what others delay', () => {
    const overlap = new PrefillOverlap(0.8);
    for (let at = 0; at < 60; at++) {
      overlap.add({ tookMs: 100 + 400, ownMs: 100, ...alone });
      overlap.add({ tookMs: 100 + 400, ownMs: 100, besideMs: 300, joined: true });
    }
    expect(overlap.share).toBeCloseTo(0, 2);
  });

  it('learns nothing from what does not show', () => {
    const overlap = new PrefillOverlap(0.8);
    overlap.add({ tookMs: 5_000, ownMs: 100, besideMs: 10, joined: true });
    expect(overlap.share).toBeCloseTo(0.8, 12);
  });

  it('stays a share, whatever is told', () => {
    const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
    const time = fc.record({ tookMs: ms, ownMs: ms, besideMs: ms, joined: fc.boolean() });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 50 }), (times) => {
        const overlap = new PrefillOverlap(0.8);
        for (const one of times) overlap.add(one);
        expect(overlap.share).toBeGreaterThanOrEqual(0);
        expect(overlap.share).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
