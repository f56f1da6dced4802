import { createRuntime } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchShaping } from '../../src/batch-shaping/index.ts';
import { fairness } from '../../src/fairness/index.ts';
import { untilOver } from '../virtual-time.ts';
import { crews, scriptedReply } from './crews.ts';

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

describe.each(crews)('batch-shaping and fairness in %s', (_, openCrew) => {
  it('never wait for each other: every fan-out ends, whatever the queue admits', async () => {
    let holds = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrency: fc.integer({ min: 1, max: 3 }),
          runs: fc.array(
            fc.record({
              branches: fc.integer({ min: 1, max: 5 }),
              shared: fc.constantFrom(0, 40, 200),
              tenant: fc.constantFrom('large', 'small'),
              atMs: fc.constantFrom(0, 0, 30, 150),
            }),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        async ({ concurrency, runs }) => {
          const clock = new ManualClock();
          const driver = new FakeDriver({
            timed: true,
            slots: 32,
            shares: 'computed',
            reply: scriptedReply,
          });
          const shaping = batchShaping({ mode: 'on' });
          const runtime = createRuntime({
            engines: driver,
            clock,
            ids: countingIds(),
            queue: { concurrency },
            tenantOf: (metadata) => String(metadata['tenant']),
            policies: [shaping, fairness({ mode: 'on', between: 'tenants-and-runs' })],
          });
          await runtime.ready;
          const { fanOut } = openCrew(runtime, () => Promise.resolve('sent'));
          const all = runs.map(async ({ branches, shared, tenant, atMs }, at) => {
            if (atMs > 0) await new Promise<void>((resolve) => clock.at(atMs, resolve));
            const prompt = `Order ${at} ${words(shared)}`;
            return fanOut(branches, { session: `s${at}`, tenant, prompt });
          });
          // Fails when somebody waits for ever.
          await untilOver(clock, Promise.all(all), 12);
          const asked = runs.reduce((sum, { branches }) => sum + branches, 0);
          expect(driver.requests).toHaveLength(asked);
          expect(driver.plans).toHaveLength(asked);
          expect(runtime.report().managedCalls).toBe(asked);
          holds += driver.plans.filter(({ hold, queue }) => hold && queue).length;
          await runtime.close();
        },
      ),
      { numRuns: 15, seed: 7 },
    );
    // There was something to lock up: siblings that are held and queued at once.
    expect(holds).toBeGreaterThan(0);
  }, 120_000);
});
