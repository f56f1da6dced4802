import { createRuntime } from '@entresol/runtime-core';
import type { Policy } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { batchShaping } from '../../src/batch-shaping/index.ts';
import { fairness } from '../../src/fairness/index.ts';
import { prefixLayout } from '../../src/prefix-layout/index.ts';
import { safety } from '../../src/safety/index.ts';
import { toolMemo } from '../../src/tool-memo/index.ts';
import { untilOver } from '../virtual-time.ts';
import { crews, scriptedReply } from './crews.ts';
import type { OpenCrew } from './crews.ts';

/** All five, and one that scores, foresees and annotates. */
const everyPolicy = (): readonly Policy[] => [
  {
    name: 'valuing',
    mode: 'on',
    interference: 'endpoint',
    predict: { reuse: () => 0.5 },
    score: { prefix: () => ({ reuse: 0.5, gainMs: 10, keep: 1 }) },
    act: {
      inline: ({ type }) => (type === 'request' ? [{ kind: 'annotate', urgency: 0.5 }] : []),
    },
  },
  prefixLayout({ mode: 'on' }),
  batchShaping({ mode: 'on' }),
  fairness({ mode: 'on' }),
  toolMemo({ mode: 'on', tenants: 'single', tools: { status: { ttlMs: 60_000 } } }),
  safety({
    tools: { trusted: ['status'], stranger: ['status'] },
    sameToolCalls: 5,
    perSession: { calls: 100, tokens: 1_000_000 },
    outputTokensPerCall: 100,
  }),
];

/** What an app of that crew answers, and what it asks the engine. */
async function play(openCrew: OpenCrew, policies: readonly Policy[]) {
  const clock = new ManualClock();
  const driver = new FakeDriver({
    timed: true,
    slots: 8,
    shares: 'computed',
    reply: scriptedReply,
  });
  const runtime = createRuntime({
    engines: driver,
    clock,
    ids: countingIds(),
    policies,
    ...(policies.length > 0 && { queue: { concurrency: 2 } }),
  });
  await runtime.ready;
  const { ask, fanOut } = openCrew(runtime, () => Promise.resolve('sent'));
  const prompt = `Look at this. ${'word '.repeat(100)}`;
  const answers = await untilOver(
    clock,
    Promise.all([
      ask('trusted', { session: 'one' }),
      fanOut(4, { session: 'two', prompt }),
      ask('stranger', { session: 'three' }),
    ]),
    12,
  );
  const report = runtime.report();
  await runtime.close();
  return { answers: answersIn(answers), driver, report };
}

/** Texts of the agents; ids of messages and runs differ anyway. */
const answersIn = (value: unknown): number =>
  JSON.stringify(value).split('A short answer.').length - 1;

describe.each(crews)('five policies and one more at once in %s', (_, openCrew) => {
  it('make one plan for each call, and the app gives the same answers', async () => {
    const alone = await play(openCrew, []);
    const together = await play(openCrew, everyPolicy());
    expect(together.answers).toBe(alone.answers);
    expect(together.answers).toBeGreaterThan(0);
    const { driver, report } = together;
    expect(driver.requests).toHaveLength(alone.driver.requests.length);
    expect(driver.plans).toHaveLength(driver.requests.length);
    expect(report.managedCalls).toBe(driver.plans.length);
    for (const { verdict, annotate, queue } of driver.plans) {
      expect([verdict, annotate.urgency, typeof queue?.key]).toEqual(['go', 0.5, 'string']);
    }
    expect(driver.plans.some(({ hold }) => hold !== undefined)).toBe(true);
    expect(report.policies.map(({ faults }) => faults)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(report.refusedDirectives).toEqual({});
  });
});
