import { toolMemo } from '@entresol/policies/tool-memo';
import type { Policy, Random } from '@entresol/runtime-core';
import { seededRandom } from '@entresol/runtime-core/testing';
import type { BenchSize } from './bench-size.ts';
import { exactly, fewer, measurement } from './policy-measurement.ts';
import type { PolicyMeasurement } from './policy-measurement.ts';
import { openToolCalls } from './tool-calls.ts';
import type { ToolCalls } from './tool-calls.ts';

const hourMs = 3_600_000;

async function using<Result>(
  policies: readonly Policy[],
  use: (calls: ToolCalls) => Promise<Result>,
): Promise<Result> {
  const calls = openToolCalls(policies);
  try {
    return await use(calls);
  } finally {
    await calls.close();
  }
}

/** Lets so many turns of the microtask queue pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

const whole = (random: Random, below: number): number => Math.floor(random() * below);

function lookUps(): Policy {
  return toolMemo({ mode: 'on', tenants: 'single', tools: { 'look-up': { ttlMs: hourMs } } });
}

/** Runs of a tool that 100 branches call alike at once, its fields in either order. */
function runsOfOneCall(seed: number, policies: readonly Policy[]): Promise<number> {
  return using(policies, async ({ call }) => {
    const random = seededRandom(seed);
    let runs = 0;
    const run = async (): Promise<string> => {
      runs += 1;
      await turns(whole(random, 50));
      return 'found';
    };
    const branches = Array.from({ length: 100 }, async (_none, at) => {
      const args = random() < 0.5 ? { order: 7, shop: 'a' } : { shop: 'a', order: 7 };
      await turns(whole(random, 20));
      return call({ session: `s${at % 4}`, tool: 'look-up', args, run });
    });
    await Promise.all(branches);
    return runs;
  });
}

const concurrent = measurement({
  policy: 'tool-memo',
  workload: '100 concurrent identical calls',
  evidence: 'measured',
  pairs: 20,
  metrics: {
    runs: { metric: 'runs of the tool', unit: 'runs', expectedToHelp: true, judge: exactly(1) },
  },
  measure: async (seed) => ({
    runs: {
      without: await runsOfOneCall(seed, []),
      with: await runsOfOneCall(seed, [lookUps()]),
    },
  }),
});

const tenants = 100;
const tools = Array.from({ length: 10 }, (_none, at) => `tool-${at}`);

/** Values that are unlike each other and look alike: as number, text, list, object and as text of these. */
function argumentsOf(random: Random): unknown {
  const number = whole(random, 200);
  const shapes = [
    number,
    String(number),
    [number],
    { q: number },
    { q: String(number) },
    `{"q":${number}}`,
    { q: { q: number } },
    `tenant-${whole(random, tenants)}","${tools[whole(random, tools.length)]}`,
  ];
  return shapes[whole(random, shapes.length)];
}

/** Calls with random keys, and how many were answered with what another tenant, tool or argument had. */
function randomKeys(
  seed: number,
  count: number,
  policies: readonly Policy[],
  signal: AbortSignal,
): Promise<{ readonly crossed: number; readonly runs: number }> {
  return using(policies, async ({ call, own }) => {
    const random = seededRandom(seed);
    let crossed = 0;
    let runs = 0;
    for (let tenant = 0; tenant < tenants; tenant += 1) own(`s${tenant}`, `tenant-${tenant}`);
    for (let done = 0; done < count; done += 1) {
      if (done % 1_000 === 0) signal.throwIfAborted();
      const tenant = whole(random, tenants);
      const tool = tools[whole(random, tools.length)] ?? '';
      const args = argumentsOf(random);
      const wanted = JSON.stringify([tenant, tool, args]);
      const run = (): string => {
        runs += 1;
        return wanted;
      };
      if ((await call({ session: `s${tenant}`, tool, args, run })) !== wanted) crossed += 1;
    }
    return { crossed, runs };
  });
}

function keyed(count: number): PolicyMeasurement {
  const policy = (): Policy =>
    toolMemo({
      mode: 'on',
      tenants: 'told',
      maxEntries: count,
      tools: Object.fromEntries(tools.map((tool) => [tool, { ttlMs: hourMs }])),
    });
  return measurement({
    policy: 'tool-memo',
    workload: `${count.toLocaleString('en-US')} calls with random tenant, tool and arguments`,
    evidence: 'measured',
    pairs: 1,
    metrics: {
      crossed: {
        metric: 'results of another key',
        unit: 'results',
        expectedToHelp: false,
        judge: exactly(0),
      },
      runs: { metric: 'runs of the tools', unit: 'runs', expectedToHelp: true, judge: fewer },
    },
    measure: async (seed, signal) => {
      const without = await randomKeys(seed, count, [], signal);
      const kept = await randomKeys(seed, count, [policy()], signal);
      return {
        crossed: { without: without.crossed, with: kept.crossed },
        runs: { without: without.runs, with: kept.runs },
      };
    },
  });
}

/** Reads and writes of one record, side by side, and how many reads saw a state from before a write that was over. */
function readsAndWrites(
  seed: number,
  policies: readonly Policy[],
): Promise<{ readonly stale: number; readonly runs: number }> {
  return using(policies, async ({ call }) => {
    const random = seededRandom(seed);
    const session = 's';
    let state = 0;
    let over = 0;
    let stale = 0;
    let runs = 0;
    const writing = async (): Promise<number> => {
      await turns(whole(random, 10));
      state += 1;
      const mine = state;
      await turns(whole(random, 10));
      return mine;
    };
    const reading = async (): Promise<number> => {
      runs += 1;
      await turns(whole(random, 10));
      const seen = state;
      await turns(whole(random, 10));
      return seen;
    };
    const write = async (): Promise<void> => {
      const mine = await call({ session, tool: 'write', args: {}, run: writing });
      over = Math.max(over, Number(mine));
    };
    const read = async (): Promise<void> => {
      const least = over;
      const seen = await call({ session, tool: 'read', args: {}, run: reading });
      if (Number(seen) < least) stale += 1;
    };
    const users = Array.from({ length: 8 }, async () => {
      for (let step = 0; step < 50; step += 1) {
        await turns(whole(random, 30));
        await (random() < 0.2 ? write() : read());
      }
    });
    await Promise.all(users);
    return { stale, runs };
  });
}

const written = measurement({
  policy: 'tool-memo',
  workload: '8 users that read and write one record',
  evidence: 'measured',
  pairs: 100,
  metrics: {
    stale: {
      metric: 'reads older than a finished write',
      unit: 'reads',
      expectedToHelp: false,
      judge: exactly(0),
    },
    runs: { metric: 'runs of the read', unit: 'runs', expectedToHelp: true, judge: fewer },
  },
  measure: async (seed) => {
    const without = await readsAndWrites(seed, []);
    const kept = await readsAndWrites(seed, [
      toolMemo({
        mode: 'on',
        tenants: 'single',
        tools: { read: { ttlMs: hourMs, writtenBy: ['write'] } },
      }),
    ]);
    return {
      stale: { without: without.stale, with: kept.stale },
      runs: { without: without.runs, with: kept.runs },
    };
  },
});

/** `quick` has a tenth of the random keys. */
export const toolMemoMeasurements = (size: BenchSize): readonly PolicyMeasurement[] => [
  concurrent,
  keyed(size === 'quick' ? 100_000 : 1_000_000),
  written,
];
