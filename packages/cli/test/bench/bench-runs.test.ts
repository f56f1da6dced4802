import { expect, test } from 'vitest';
import { armOrder, benchPoints, runConfig, seedOfRepeat } from '../../src/bench/bench-runs.ts';
import type { BenchPlan } from '../../src/bench/bench-options.ts';
import { parseBenchCommandLine } from '../../src/bench/bench-command-line.ts';
import { reloadToRecomputeOf8B, tierBytesPerSecondLike8B } from '../../src/bench/eight-billion.ts';
import { benchCommand } from '../../src/bench/bench-command.ts';

const today = new Date('2026-11-26T12:00:00Z');

function planOf(flags: string): BenchPlan {
  const parsed = parseBenchCommandLine(flags === '' ? [] : flags.split(' '), today);
  if (parsed.kind !== 'bench') throw new Error(parsed.text);
  return parsed.options.plan;
}

test('every arm begins once in as many repeats, and the oracle never does', () => {
  const arms = ['unmodified', 'fair', 'cachesage', 'oracle'] as const;
  const orders = [0, 1, 2, 3].map((repeat) => armOrder(arms, repeat));
  expect(orders.map(([first]) => first)).toEqual(['unmodified', 'fair', 'cachesage', 'unmodified']);
  expect(orders.map((order) => order.at(-1))).toEqual(Array(4).fill('oracle'));
  for (const order of orders) expect(order.toSorted()).toEqual(arms.toSorted());
});

test('repeats have seeds of their own that follow from the seed', () => {
  const seeds = [0, 1, 2].map((repeat) => seedOfRepeat(7, repeat));
  expect(new Set(seeds).size).toBe(3);
  expect([0, 1, 2].map((repeat) => seedOfRepeat(7, repeat))).toEqual(seeds);
  expect(seedOfRepeat(8, 0)).not.toBe(seeds[0]);
});

test('a sweep goes from one slot to sixteen with the second tier in proportion', () => {
  const points = benchPoints(planOf('--sweep --graph support-desk'));
  expect(points.map(({ slots }) => slots)).toEqual([1, 2, 4, 8, 16]);
  expect(new Set(points.map(({ slots, tierBytes }) => tierBytes / slots)).size).toBe(1);
});

test('a limit of minutes is part of the plan and of the command that measures again', () => {
  expect(planOf('--graph support-desk').minutes).toBeUndefined();
  const plan = planOf('--graph support-desk --repeats 8 --minutes 9');
  expect(plan.minutes).toBe(9);
  expect(benchCommand(plan)).toContain('--repeats 8 --minutes 9');
});

test('traces take the place of the graphs, from the folder that the environment names', () => {
  const parsed = parseBenchCommandLine(['--traces'], today, { ENTRESOL_TRACES: '/data/traces' });
  if (parsed.kind !== 'bench') throw new Error(parsed.text);
  const { plan } = parsed.options;
  expect(plan).toMatchObject({
    graphs: [],
    arms: ['unmodified', 'fair', 'cachesage'],
    concurrency: 8,
    traces: { folder: '/data/traces', calls: 300, capacity: 0.6 },
  });
  const trace = { path: '/data/traces/chatdev.jsonl', calls: 300, sessions: 12, tokenFactor: 0.4 };
  const [point, ...others] = benchPoints(plan, [{ graph: 'chatdev', trace }]);
  if (point === undefined) throw new Error('no row');
  expect(others).toEqual([]);
  expect(runConfig('fair', { plan, point, seed: 1 })).toMatchObject({ graph: 'chatdev', trace });
});

test('both managements get the slow second tier, and bare has none', () => {
  const plan = planOf('--tier-mbps 50 --arms fair,bare --graph support-desk');
  expect(plan.tierSpeed).toEqual({ bytesPerSecond: 50e6 });
  const [point] = benchPoints(plan);
  if (point === undefined) throw new Error('no row');
  const options = { plan, point, seed: 1, tierBytesPerSecond: 50e6 };
  for (const arm of ['unmodified', 'fair', 'cachesage'] as const) {
    expect(runConfig(arm, options).target).toMatchObject({
      tierBytes: point.tierBytes,
      tierBytesPerSecond: 50e6,
    });
  }
  expect(runConfig('bare', options).target).toMatchObject({ tierBytes: 0 });
});

test('auto-8b makes a reload cost 13 % of a recompute', () => {
  expect(reloadToRecomputeOf8B).toBeCloseTo(0.13, 2);
  const speed = { computeTokensPerSecond: 2_000, stateBytesPerToken: 3_100 };
  const reloadMs = (3_100 / tierBytesPerSecondLike8B(speed)) * 1000;
  const recomputeMs = 1000 / 2_000;
  expect(reloadMs / recomputeMs).toBeCloseTo(reloadToRecomputeOf8B, 4);
});

test('the command line of a plan asks for the same plan', () => {
  const flags = [
    '',
    '--sweep --graph support-desk --repeats 3',
    '--framework mastra --repeats 2',
    '--framework mastra --graph concierge',
    '--load both --tier-mbps auto-8b --slots 2 --tier-mib 8 --sessions 3 --concurrency 2',
    '--tier-mbps 12.5 --arms fair,oracle --seed 11',
    '--traces ../traces --workloads chatdev,mad_debate --calls 90 --capacity 0.3 --slots 2',
    '--traces ../traces --tier-mib 4 --concurrency 3',
  ];
  for (const flag of flags) {
    const plan = planOf(flag);
    const again = benchCommand(plan)
      .replace('npm run -s bench:engine -- ', '')
      .replace(' --json', '');
    expect(planOf(again)).toEqual(plan);
  }
});

test.each([
  ['--graph nothing', /"nothing" is not an example graph; known: support-desk/],
  ['--framework mastra --graph support-desk', /an example of langgraph, not of mastra/],
  ['--traces --framework mastra', /cannot be used with/],
  ['--tier-mbps fast', /Give megabytes a second above 0, or auto-8b/],
  ['--repeats 0', /whole number from 1/],
  ['--arms wizard', /"wizard" is not an arm/],
  ['--resume', /--resume needs the --out/],
  ['--sweep --slots 2', /cannot be used with/],
  ['--traces --graph support-desk', /cannot be used with/],
  ['--traces --arms oracle', /the oracle arm knows example graphs only/],
  ['--traces --workloads ../../etc/passwd', /names of trace files/],
  ['--traces --capacity 0', /a share of the working set above 0/],
  ['--calls 10', /need --traces/],
])('%s is explained', (flags, message) => {
  const parsed = parseBenchCommandLine(flags.split(' '), today);
  expect(parsed).toEqual({ kind: 'mistake', text: expect.stringMatching(message) });
});
