import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { infiniteCacheHitRate, summariseArm } from '../../src/report/arm-summary.ts';
import { armResult, record } from '../request-records.ts';

describe('an arm on our own engine', () => {
  test('takes its token counts from the engine and charges warm-ups to the net hit rate', () => {
    const arm = summariseArm(armResult(), 'what it is');
    expect(arm).toEqual({
      description: 'what it is',
      promptTokens: 100,
      cachedTokens: 40,
      hitRate: 0.4,
      netHitRate: 1 - 65 / 100,
      computedPrefillTokens: 60,
      backgroundTokens: 5,
      cachedByTier: { device: 30, disk: 10 },
      ttftMs: { mean: 100, p50: 100, p95: 100, queueMean: 20, prefillMean: 60 },
      wallSeconds: 2,
      outputTokensPerSecond: 5,
      prefetch: { issued: 0, used: 0, wastedTokens: 0 },
      evictions: 2,
    });
  });

  test('has percentiles of the time to the first token, not to the end', () => {
    const requests = Array.from({ length: 100 }, (_, index) =>
      record({ firstTokenAtMs: index + 1, endedAtMs: 10_000 }),
    );
    const { ttftMs } = summariseArm(armResult({ requests }), '');
    expect(ttftMs).toMatchObject({ mean: 50.5, p50: 50.5, p95: expect.closeTo(95.05) });
  });

  test('without any request has no figures', () => {
    expect(() => summariseArm(armResult({ requests: [] }), '')).toThrow(RangeError);
  });
});

describe("an arm on someone else's server", () => {
  const { counters: _, ...server } = armResult();

  test('reports the cached tokens that the replies carried', () => {
    const arm = summariseArm({ ...server, requests: [record(), record()] }, '');
    expect(arm).toMatchObject({
      promptTokens: 200,
      cachedTokens: 80,
      hitRate: 0.4,
      cachedByTier: null,
      evictions: null,
    });
  });

  test('has no hit rate when one reply says nothing about its cache', () => {
    const silent = record({ usage: { promptTokens: 100, completionTokens: 10 } });
    const arm = summariseArm({ ...server, requests: [record(), silent] }, '');
    expect(arm).toMatchObject({
      promptTokens: 200,
      cachedTokens: null,
      hitRate: null,
      netHitRate: null,
      computedPrefillTokens: null,
    });
  });

  test('has no mean queue time when one reply does not tell it', () => {
    const requests = [record(), record({ timings: { prefillMs: 10 } })];
    const { ttftMs } = summariseArm({ ...server, requests }, '');
    expect(ttftMs).toMatchObject({ queueMean: null, prefillMean: 35 });
  });
});

describe('the hit rate of an infinite cache', () => {
  test('weighs every prompt by its tokens', () => {
    const requests = [
      record({ reusableShare: 0, usage: { promptTokens: 300, completionTokens: 1 } }),
      record({ reusableShare: 1, usage: { promptTokens: 100, completionTokens: 1 } }),
    ];
    expect(infiniteCacheHitRate(requests)).toBe(0.25);
  });

  test('is unknown without token counts', () => {
    const { usage: _, ...uncounted } = record();
    expect(infiniteCacheHitRate([uncounted])).toBeUndefined();
  });

  test('lies between the smallest and the largest share', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(shares, (all) => {
        const rate = infiniteCacheHitRate(all.map((reusableShare) => record({ reusableShare })));
        expect(rate).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(rate).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
      }),
    );
  });
});
