import { createRuntime } from '@entresol/runtime-core';
import type { Ability, FrameworkPort } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchShaping } from '../../src/batch-shaping/index.ts';
import { fairness } from '../../src/fairness/index.ts';
import { safety } from '../../src/safety/index.ts';
import { toolMemo } from '../../src/tool-memo/index.ts';
import { fanOut, open } from '../batch-shaping/branches.ts';

const port: FrameworkPort = { can: new Set<Ability>(['serve-tool', 'reject-tool']) };

describe('safety and tool-memo', () => {
  it.each(['safety first', 'memo first'])(
    'denies what the memo would serve, in either order: %s',
    async (order) => {
      const memo = toolMemo({ mode: 'on', tenants: 'single', tools: { read: { ttlMs: 60_000 } } });
      const guard = safety({ tools: { trusted: ['read'], stranger: [] } });
      const runtime = createRuntime({
        engines: new FakeDriver(),
        clock: new ManualClock(),
        ids: countingIds(),
        policies: order === 'memo first' ? [memo, guard] : [guard, memo],
      });
      onTestFinished(() => runtime.close());
      const asked = (agent: string) =>
        runtime.passage({ type: 'tool', session: 's', agent, tool: 'read', args: { id: 1 } }, port);
      const first = await asked('trusted');
      if (first?.verdict !== 'go') throw new TypeError(`unexpected ${first?.verdict}`);
      first.ran?.({ how: 'returned', value: 'secret' });
      expect(await asked('trusted')).toMatchObject({ verdict: 'serve', value: 'secret' });
      expect(await asked('stranger')).toMatchObject({ verdict: 'reject' });
      expect(guard.audit()).toHaveLength(1);
    },
  );
});

describe('batch-shaping and fairness', () => {
  it('never wait for each other: every branch of every fan-out ends, whatever the queue admits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrency: fc.integer({ min: 1, max: 4 }),
          groups: fc.array(
            fc.record({
              branches: fc.integer({ min: 1, max: 5 }),
              shared: fc.integer({ min: 0, max: 150 }),
              streams: fc.boolean(),
              atMs: fc.integer({ min: 0, max: 200 }),
              givesUpAtMs: fc.option(fc.integer({ min: 10, max: 400 }), { nil: undefined }),
            }),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        async ({ concurrency, groups }) => {
          const policies = [
            batchShaping({ mode: 'on' }),
            fairness({ mode: 'on', between: 'tenants-and-runs' }),
          ];
          const { send } = await open({ policies, queue: { concurrency } });
          const branches = groups.flatMap(({ branches: count, givesUpAtMs, ...changes }, at) =>
            fanOut(count, {
              ...changes,
              session: `s${at}`,
              ...(givesUpAtMs === undefined ? {} : { givesUpAtMs: changes.atMs + givesUpAtMs }),
            }),
          );
          // `send` fails when somebody waits for ever.
          const { endedAtMs } = await send(branches);
          expect(endedAtMs).toHaveLength(branches.length);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
