import { expect, test } from 'vitest';
import { sampledTrace } from '../../src/trace-load/sampled-trace.ts';
import { tokenFactorOf } from '../../src/trace-load/trace-task.ts';
import { tierTokensFor } from '../../src/trace-load/tier-size.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace(20);
const task = { calls: 7, sessions: 1, tokenFactor: 0.5 };

test('whole sessions are drawn until there are enough calls and sessions', () => {
  const sample = sampledTrace(trace, task, 3);
  expect(sample.sessions.map(({ calls }) => calls.length)).toEqual([3, 3, 3]);
  expect(sampledTrace(trace, { ...task, sessions: 5 }, 3).sessions).toHaveLength(5);
  expect(sampledTrace(trace, { ...task, calls: 10_000 }, 3).sessions).toHaveLength(20);
});

const ids = (seed: number) => sampledTrace(trace, task, seed).sessions.map(({ id }) => id);

test('the sample follows from the seed', () => {
  expect(ids(3)).toEqual(ids(3));
  expect(new Set([1, 2, 3, 4, 5].map((seed) => ids(seed).join())).size).toBeGreaterThan(1);
});

test('every count has the one factor, replies are short and are never part of a prompt', () => {
  const [session] = sampledTrace(trace, task, 3).sessions;
  const [first, , last] = session?.calls ?? [];
  expect(first).toMatchObject({ roleTokens: 100, contextTokens: 200, outputTokens: 32 });
  // Of 500 shared tokens 400 were the earlier prompt and 100 its reply.
  expect(last).toMatchObject({ contextTokens: 450, reusedTokens: 200 });
});

test('the factor affords the mean prompt, fits the longest and never enlarges', () => {
  // Mean (600 + 600 + 1100) / 3.
  expect(tokenFactorOf(trace, { promptTokens: 600, contextTokens: 100_000 })).toBeCloseTo(
    600 / (2300 / 3),
  );
  expect(tokenFactorOf(trace, { promptTokens: 600, contextTokens: 806 })).toBeCloseTo(0.5);
  const [session] = trace.sessions;
  const short = { ...trace, sessions: session === undefined ? [] : [session] };
  expect(
    tokenFactorOf({ ...short, sessions: [] }, { promptTokens: 600, contextTokens: 4096 }),
  ).toBe(1);
});

test('the second tier takes what the slots leave of the wanted share', () => {
  const sample = sampledTrace(trace, { ...task, calls: 60 }, 3);
  const tokens = (share: number, slots: number) =>
    tierTokensFor([{ seed: 1, sample }], { share, slots, concurrency: 4 });
  expect(tokens(0.5, 1)).toBeGreaterThan(0);
  expect(tokens(1, 1) - tokens(0.5, 1)).toBeCloseTo(tokens(1.5, 1) - tokens(1, 1), -1);
  expect(tokens(0.1, 8)).toBe(0);
});
