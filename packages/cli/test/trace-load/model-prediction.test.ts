import { expect, test } from 'vitest';
import { traceReport } from '../../src/bench/trace-report.ts';
import { predictArm } from '../../src/trace-load/model-prediction.ts';
import { sampledTrace } from '../../src/trace-load/sampled-trace.ts';
import { armResult } from '../request-records.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace(2);
const task = { path: 'small.jsonl', calls: 6, sessions: 1, tokenFactor: 1 };
const sample = sampledTrace(trace, task, 1);
const sent = [0, 1].flatMap((session) => [0, 1, 2].map((call) => ({ session, call })));
const run = armResult({
  sent,
  speed: { computeTokensPerSecond: 1000, stateBytesPerToken: 1 },
  // Room for everything in the second tier.
  engine: { ...armResult().engine, slots: 1, tierBytes: 100_000 },
});

test('with room for all, the model caches what prompts share and nothing else', () => {
  // 4,600 prompt tokens: the writer comes back to 200 + 400 twice, and the other session finds both role prefixes.
  expect(predictArm('unmodified', sample, run)?.hitRate).toBeCloseTo((2 * 600 + 2 * 200) / 4600, 2);
  expect(predictArm('cachesage', sample, run)?.hitRate).toBeCloseTo((2 * 600 + 2 * 200) / 4600, 2);
});

test('the pool is a mean call a slot and the bytes of the second tier', () => {
  // Mean prompt 4600 / 6, replies of 32.
  expect(predictArm('fair', sample, run)?.capacityTokens).toBe(Math.round(4600 / 6 + 32 + 100_000));
});

test('an arm that the model has no counterpart of is left out', () => {
  expect(predictArm('oracle', sample, run)).toBeUndefined();
  expect(predictArm('fair', sample, armResult())).toBeUndefined();
});

test('the report holds the error in points beside both rates', () => {
  const report = traceReport(trace, task, [{ seed: 1, arms: new Map([['unmodified', run]]) }]);
  expect(report).toMatchObject({ tokenFactor: 1, promptTokens: { mean: 100, longest: 100 } });
  const { hitRate = 0, measuredHitRate, errorPoints } = report.model.unmodified ?? {};
  expect(measuredHitRate).toBeCloseTo(0.4);
  expect(errorPoints).toBeCloseTo((hitRate - 0.4) * 100);
  expect(report.model).not.toHaveProperty('fair');
});
