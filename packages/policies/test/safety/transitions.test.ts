import type { Topology, TopologyEdge } from '@entresol/runtime-core';
import { createRuntime } from '@entresol/runtime-core';
import type { FrameworkPort } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { safety } from '../../src/safety/index.ts';
import type { TransitionRules } from '../../src/safety/index.ts';

const port: FrameworkPort = { can: new Set(['reject-transition']) };

function open(transitions: TransitionRules) {
  const policy = safety({ transitions });
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [policy],
  });
  onTestFinished(() => runtime.close());
  const declare = (...edges: readonly (readonly [string, string])[]): void => {
    const agents = [...new Set(edges.flat())];
    const drawn = edges.map(([from, to]): TopologyEdge => ({ from, to, kind: 'branch' }));
    const topology: Topology = { agents, edges: drawn, unknownTargets: [] };
    runtime.observe({ type: 'topology-declare', atMs: 0, workload: 'w', topology });
  };
  const start = (session: string): void =>
    runtime.observe({ type: 'session-start', atMs: 0, workload: 'w', session });
  const allowed = async (from: string, to: string, session = 's'): Promise<boolean> =>
    (await runtime.passage({ type: 'transition', session, from, to }, port)) === undefined;
  return { policy, declare, start, allowed };
}

it('holds a run to the declared graph and to what is listed beside it', async () => {
  const { declare, start, allowed } = open({ from: 'graph', allow: { c: ['a'] } });
  declare(['a', 'b'], ['b', 'c']);
  start('s');
  expect(await allowed('a', 'b')).toBe(true);
  expect(await allowed('a', 'c')).toBe(false);
  expect(await allowed('c', 'a')).toBe(true);
});

it('refuses every step of a session whose graph nobody declared', async () => {
  const { start, allowed } = open({ from: 'graph' });
  start('s');
  expect(await allowed('a', 'b')).toBe(false);
});

it('takes a subgraph by its own name, and lets nodes be that call no model', async () => {
  const { declare, start, allowed } = open({ from: 'graph' });
  declare(['a', 'report/writer'], ['report/writer', 'report/critic'], ['report/critic', 'b']);
  start('s');
  expect(await allowed('a', 'report')).toBe(true);
  expect(await allowed('report', 'b')).toBe(true);
  expect(await allowed('b', 'report')).toBe(false);
  expect(await allowed('a', 'b')).toBe(false);
  expect(await allowed('a', 'format')).toBe(true);
});

it('learns steps in the first sessions and refuses new ones from then on', async () => {
  const { start, allowed } = open({ from: 'practice', sessions: 1 });
  start('s');
  expect(await allowed('a', 'b')).toBe(true);
  start('t');
  expect(await allowed('a', 'b', 't')).toBe(true);
  expect(await allowed('a', 'c', 't')).toBe(false);
});

it('goes on with what it learned before', async () => {
  const before = open({ from: 'practice', sessions: 1 });
  before.start('s');
  await before.allowed('a', 'b');
  const after = open({ from: 'practice', sessions: 1 });
  after.policy.state?.load(JSON.parse(JSON.stringify(before.policy.state?.save())));
  after.start('t');
  expect(await after.allowed('a', 'b', 't')).toBe(true);
  expect(await after.allowed('b', 'a', 't')).toBe(false);
  expect(() => after.policy.state?.load({ steps: 7 })).toThrow(TypeError);
});
