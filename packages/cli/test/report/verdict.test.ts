import { describe, expect, test } from 'vitest';
import { compareArms } from '../../src/report/arm-comparison.ts';
import type { ArmReport } from '../../src/report/report-document.ts';
import { verdictOf } from '../../src/report/verdict.ts';
import { armReport, cachesageArm, fairArm, unmodifiedArm, workload } from '../request-records.ts';

const withTtft = (net: number, mean: number): ArmReport =>
  armReport({ net, ttft: [mean, mean, mean, mean, mean], output: 10 });

describe('the outcome of a comparison', () => {
  const baseline = withTtft(0.5, 1000);

  test.each([
    ['better in both', 0.6, 800, 'better'],
    ['better in hits, level in time', 0.6, 1040, 'better'],
    ['worse in time alone', 0.505, 1100, 'worse'],
    ['worse in both', 0.4, 1200, 'worse'],
    ['level within a point and five percent', 0.509, 951, 'level'],
    ['better in hits and worse in time', 0.6, 1200, 'mixed'],
  ] as const)('%s', (_, net, mean, outcome) => {
    expect(compareArms(withTtft(net, mean), baseline).outcome).toBe(outcome);
  });

  test('is judged by time alone where a hit rate is unknown', () => {
    const unknown = { ...withTtft(0, 900), netHitRate: null };
    const comparison = compareArms(unknown, baseline);
    expect(comparison.outcome).toBe('better');
    expect(comparison).not.toHaveProperty('netHitPoints');
  });
});

describe('the verdict', () => {
  test('names both rivals with figures', () => {
    const arms = { unmodified: unmodifiedArm, fair: fairArm, cachesage: cachesageArm };
    expect(verdictOf(workload(arms), { quick: false })).toBe(
      'CacheSage beat unmodified (net hit 66 % against 15 %, mean TTFT −54 %) and beat fair (net hit 66 % against 60 %, mean TTFT −15 %). One run: up to 1 point and 5 % counts as level.',
    );
  });

  test('says a loss as plainly as a gain', () => {
    const arms = { unmodified: unmodifiedArm, fair: cachesageArm, cachesage: fairArm };
    expect(verdictOf(workload(arms), { quick: false })).toContain(
      'and lost to fair (net hit 60 % against 66 %, mean TTFT +18 %)',
    );
  });

  test('calls equal arms level', () => {
    const arms = { unmodified: fairArm, cachesage: fairArm };
    expect(verdictOf(workload(arms), { quick: false })).toMatch(/^CacheSage was level with unmod/u);
  });

  test('of a smoke run says that it is none to judge by', () => {
    const arms = { unmodified: unmodifiedArm, cachesage: cachesageArm };
    expect(verdictOf(workload(arms), { quick: true })).toMatch(
      /^In a smoke run, too small to judge by, CacheSage beat/u,
    );
  });

  test('claims nothing where nothing was compared', () => {
    const text = verdictOf(workload({ unmodified: unmodifiedArm }), { quick: false });
    expect(text).toContain('nothing to compare');
    expect(text).not.toContain('CacheSage');
  });
});
