import { createRuntime } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { safety } from '../../src/safety/index.ts';
import { toolMemo } from '../../src/tool-memo/index.ts';
import { crews, scriptedReply } from './crews.ts';

describe.each(crews)('safety and tool-memo in %s', (_, openCrew) => {
  it.each(['safety first', 'memo first'])(
    'denies to one agent what the memo serves to another: %s',
    async (order) => {
      const memo = toolMemo({
        mode: 'on',
        tenants: 'single',
        tools: { status: { ttlMs: 60_000 } },
      });
      const guard = safety({ tools: { trusted: ['status'], stranger: [] } });
      const driver = new FakeDriver({ reply: scriptedReply });
      const runtime = createRuntime({
        engines: driver,
        clock: new ManualClock(),
        ids: countingIds(),
        policies: order === 'memo first' ? [memo, guard] : [guard, memo],
      });
      onTestFinished(() => runtime.close());
      await runtime.ready;
      let runs = 0;
      const { ask } = openCrew(runtime, () => {
        runs += 1;
        return Promise.resolve('the secret state');
      });
      await ask('trusted', { session: 'one' });
      await ask('trusted', { session: 'two' });
      // The second one was served: the result is there to be had.
      expect([runs, memo.figures().served]).toEqual([1, 1]);
      await ask('stranger', { session: 'three' });
      expect([runs, memo.figures().served]).toEqual([1, 1]);
      expect(guard.audit()).toMatchObject([{ agent: 'stranger', what: 'tool', how: 'reject' }]);
      const told = driver.requests.map(({ body }) => JSON.stringify(body['messages']));
      expect(told.filter((text) => text.includes('the secret state'))).toHaveLength(2);
      expect(told.at(-1)).toContain('may not call status');
    },
  );
});
