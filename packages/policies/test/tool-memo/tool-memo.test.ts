import { createRuntime } from '@entresol/runtime-core';
import type { Ability, FrameworkPort, Runtime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toolMemo } from '../../src/tool-memo/index.ts';
import type { ToolMemo, ToolMemoOptions } from '../../src/tool-memo/index.ts';

const port: FrameworkPort = { can: new Set<Ability>(['serve-tool']) };

interface Setting {
  readonly memo: ToolMemo;
  readonly clock: ManualClock;
  readonly runtime: Runtime;
  /** Calls a tool as an adapter does: asks first, runs it where it may, and says how it ended. */
  readonly call: (
    tool: string,
    args: unknown,
    run: () => unknown,
    session?: string,
  ) => Promise<unknown>;
}

function open(options: ToolMemoOptions): Setting {
  const memo = toolMemo({ mode: 'on', ...options });
  const clock = new ManualClock();
  const engines = new FakeDriver();
  const runtime = createRuntime({ engines, clock, ids: countingIds(), policies: [memo] });
  onTestFinished(() => runtime.close());
  const call: Setting['call'] = async (tool, args, run, session = 's') => {
    const occasion = { type: 'tool', session, agent: 'a', tool, args } as const;
    const decided = (await runtime.passage(occasion, port)) ?? { verdict: 'go' };
    if (decided.verdict === 'serve') return decided.value;
    if (decided.verdict !== 'go') throw new TypeError(`unexpected ${decided.verdict}`);
    const at = { atMs: clock.now(), workload: 'w', session, dispatch: 'd', tool };
    runtime.observe({ type: 'tool-start', ...at });
    try {
      const value = await run();
      runtime.observe({ type: 'tool-end', ...at });
      decided.ran?.({ how: 'returned', value });
      return value;
    } catch (error) {
      runtime.observe({ type: 'tool-fail', ...at });
      decided.ran?.({ how: 'failed' });
      throw error;
    }
  };
  return { memo, clock, runtime, call };
}

/** Lets so many turns of the event loop's microtasks pass. */
async function turn(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await Promise.resolve();
}

function startCall(runtime: Runtime, session: string, tenant: string): void {
  const call = { call: 'c', dispatch: 'd', agent: 'a', prefixes: [], attempt: 1 };
  runtime.observe({ type: 'call-start', atMs: 0, workload: 'w', session, tenant, ...call });
}

const reading: ToolMemoOptions = {
  tenants: 'single',
  tools: { read: { ttlMs: 1_000, writtenBy: ['write'] } },
};

describe('toolMemo', () => {
  it('runs 100 concurrent identical calls once, whatever the order of their fields', async () => {
    const { call, memo } = open(reading);
    let runs = 0;
    const run = async (): Promise<string> => {
      runs += 1;
      await Promise.resolve();
      return 'answer';
    };
    const calls = Array.from({ length: 100 }, (_, i) =>
      call('read', i % 2 === 0 ? { a: 1, b: 2 } : { b: 2, a: 1 }, run),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['answer']));
    expect(runs).toBe(1);
    expect(memo.figures()).toMatchObject({ served: 99, missed: 1, stored: 1 });
  });

  it('lets the next waiting call run the tool when a run fails, and stores no error', async () => {
    const { call, memo } = open(reading);
    let runs = 0;
    const run = (): string => {
      runs += 1;
      if (runs === 1) throw new Error('unreachable');
      return 'answer';
    };
    const results = await Promise.allSettled([1, 2, 3].map(() => call('read', {}, run)));
    expect(results.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(runs).toBe(2);
    expect(memo.figures().stored).toBe(1);
  });

  it('serves plain JSON as it was, each time as an object of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { call } = open(reading);
        const served = [await call('read', {}, () => value), await call('read', {}, () => 'anew')];
        expect(JSON.stringify(served[1])).toBe(JSON.stringify(value));
        const isObject = typeof value === 'object' && value !== null;
        expect(isObject && served[1] === value).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps no result that JSON text would change', async () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    for (const value of [new Date(0), { at: new Date(0) }, [undefined], { f: () => 1 }, loop, 1n]) {
      const { call, memo } = open(reading);
      await call('read', {}, () => value);
      expect(memo.figures().stored).toBe(0);
    }
  });

  it('never serves a result at the age of its TTL', async () => {
    const { call, clock } = open(reading);
    let runs = 0;
    const run = (): string => `${(runs += 1)}`;
    expect(await call('read', {}, run)).toBe('1');
    clock.advanceBy(999);
    expect(await call('read', {}, run)).toBe('1');
    clock.advanceBy(1);
    expect(await call('read', {}, run)).toBe('2');
  });

  it('never serves a tool that is not listed, or arguments that are not plain JSON', async () => {
    const { call, memo } = open(reading);
    let runs = 0;
    const run = (): string => `${(runs += 1)}`;
    await call('other', {}, run);
    await call('other', {}, run);
    await call('read', { at: new Date(0) }, run);
    await call('read', { at: new Date(0) }, run);
    expect(runs).toBe(4);
    expect(memo.figures()).toMatchObject({ served: 0, keyless: 2 });
  });

  it('serves nothing across tenants, tools and arguments: 0 cross hits', async () => {
    const { call, runtime } = open({
      tenants: 'told',
      tools: { a: { ttlMs: 1_000 }, b: { ttlMs: 1_000 } },
    });
    const name = fc.constantFrom('x', 'y', 'x"', '', '__proto__', 'toString');
    const args = fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.constantFrom(1, '1', null, true)));
    const question = fc.record({ tenant: fc.integer({ min: 1, max: 3 }), args });
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.constantFrom('a', 'b'),
        async ({ tenant, args: given }, tool) => {
          const session = `session of ${tenant}`;
          startCall(runtime, session, `${tenant}`);
          // The result names the whole question, so a hit of another one shows; JSON has one zero.
          const own = JSON.stringify([tenant, tool, sorted(given)]);
          expect(await call(tool, given, () => own, session)).toBe(own);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('serves no session without a tenant, and none of two', async () => {
    const { call, runtime } = open({ tenants: 'told', tools: { read: { ttlMs: 1_000 } } });
    let runs = 0;
    const run = (): string => `${(runs += 1)}`;
    await call('read', {}, run);
    await call('read', {}, run);
    for (const tenant of ['one', 'two']) {
      startCall(runtime, 's', tenant);
    }
    await call('read', {}, run);
    await call('read', {}, run);
    expect(runs).toBe(4);
  });

  it('never serves a read that began before a write ended to one that begins after it', async () => {
    const step = fc.record({ tool: fc.constantFrom('read', 'write'), turns: fc.nat({ max: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 24 }), async (steps) => {
        const { call } = open(reading);
        let stored = 0;
        let ended = 0;
        const work = steps.map(async ({ tool, turns }, at) => {
          await turn(at * 3);
          if (tool === 'write') {
            await call('write', {}, async () => {
              await turn(turns);
              stored += 1;
              const mine = stored;
              await turn(turns);
              ended = Math.max(ended, mine);
              return 'written';
            });
            return;
          }
          const before = ended;
          const seen = await call('read', {}, async () => {
            const value = stored;
            await turn(turns);
            return `${value}`;
          });
          expect(Number(seen)).toBeGreaterThanOrEqual(before);
        });
        await Promise.all(work);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses options out of range, with the value', () => {
    expect(() => toolMemo({ tenants: 'single', tools: { read: { ttlMs: 0 } } })).toThrow(
      /tools\['read'\]\.ttlMs .* got 0/u,
    );
    expect(() => toolMemo({ ...reading, maxEntries: 1.5 })).toThrow(/maxEntries .* got 1\.5/u);
  });
});

/** The same value for the same JSON, whatever the order of its fields. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, item]) => [key, sorted(item)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
