import { createRuntime } from '@entresol/runtime-core';
import type { Ability, FrameworkPort, InlineOccasion, PolicyContext } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds, seededRandom } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { safety } from '../../src/safety/index.ts';
import type { SafetyOptions, SafetyPolicy } from '../../src/safety/index.ts';

const port: FrameworkPort = {
  can: new Set<Ability>(['reject-tool', 'reject-transition', 'approve-tool']),
};

function open(options: SafetyOptions) {
  const policy = safety(options);
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [policy],
  });
  onTestFinished(() => runtime.close());
  return { policy, runtime };
}

const toolCall = (agent: string, tool: string, args: unknown = {}) =>
  ({ type: 'tool', session: 's', agent, tool, args }) as const;

const step = (to: string) => ({ type: 'transition', session: 's', from: 'a', to }) as const;

function contextAt(nowMs: number): PolicyContext {
  return {
    nowMs,
    nextAgent: () => [],
    worth: () => undefined,
    residency: { of: () => ({ tokens: 0, truth: 'own' }) },
    cost: () => ({ computeMs: () => 0, loadMs: () => 0, footprintBytes: () => 0 }),
    load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
    nextPrefix: () => undefined,
  };
}

/** An agent that calls a model for ever; gives what it has used when it is stopped. */
function loop(policy: SafetyPolicy, random: () => number, outputLimit: number): number[] {
  const scope = { endpoint: 'e', model: 'm', namespace: '' };
  const used: number[] = [];
  for (let n = 0; n < 10_000; n += 1) {
    const call = `c${n}`;
    const inputTokens = 1 + Math.floor(random() * 400);
    const draft = { call, agent: 'a', session: 's', scope, prefixes: [], inputTokens };
    const occasion: InlineOccasion = { type: 'request', draft, siblings: [] };
    const context = contextAt(n);
    const said = policy.act?.inline?.(occasion, context) ?? [];
    if (said.some(({ kind }) => kind === 'reject')) return used;
    const output = Math.floor(random() * (outputLimit + 1));
    used.push(inputTokens + output);
    const usage = { input: inputTokens, output };
    const at = { atMs: n, workload: 'w', session: 's', call, dispatch: 'd', agent: 'a' };
    policy.observe?.({ type: 'call-end', ...at, usage }, context);
  }
  return used;
}

describe('safety', () => {
  it('stops a looping agent before its budget is passed, over 1,000 seeded runs', () => {
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const policy = safety({
        perSession: { calls: 40, tokens: 5_000 },
        outputTokensPerCall: 200,
      });
      const used = loop(policy, seededRandom(seed), 200);
      const total = used.reduce((sum, tokens) => sum + tokens, 0);
      expect(total).toBeLessThanOrEqual(5_000);
      expect(used.length).toBeLessThanOrEqual(40);
      // Not early either: one more call could have passed one of the two.
      expect(used.length === 40 || total > 5_000 - 600).toBe(true);
    }
  });

  it('refuses a tool that the agent may not call, and says so in its audit', async () => {
    const { runtime, policy } = open({ tools: { desk: ['search'] } });
    expect(await runtime.passage(toolCall('desk', 'search'), port)).toBeUndefined();
    const reason = 'safety: desk may not call refund';
    expect(await runtime.passage(toolCall('desk', 'refund'), port)).toMatchObject({
      verdict: 'reject',
      reason,
    });
    expect(await runtime.passage(toolCall('other', 'search'), port)).toMatchObject({
      verdict: 'reject',
    });
    expect(policy.audit().map(({ agent }) => agent)).toEqual(['desk', 'other']);
  });

  it('refuses a step that is not listed', async () => {
    const { runtime } = open({ transitions: { from: 'list', allow: { a: ['b'] } } });
    expect(await runtime.passage(step('b'), port)).toBeUndefined();
    expect(await runtime.passage(step('c'), port)).toMatchObject({ verdict: 'reject' });
  });

  it('breaks a loop of the same tool call, and no other', async () => {
    const { runtime } = open({ sameToolCalls: 2 });
    const ask = (args: unknown) => runtime.passage(toolCall('a', 'search', args), port);
    expect(await ask({ q: 1 })).toBeUndefined();
    expect(await ask({ q: 1 })).toBeUndefined();
    expect(await ask({ q: 1 })).toMatchObject({ verdict: 'reject' });
    expect(await ask({ q: 2 })).toBeUndefined();
    expect(await ask({ q: 1 })).toBeUndefined();
  });

  it('asks where it is told to, and refuses where nobody can be asked', async () => {
    const { runtime } = open({ approve: ['refund'] });
    expect(await runtime.passage(toolCall('a', 'refund'), port)).toMatchObject({
      verdict: 'approve',
    });
    const unasking: FrameworkPort = { can: new Set<Ability>(['reject-tool']) };
    expect(await runtime.passage(toolCall('a', 'refund'), unasking)).toMatchObject({
      verdict: 'reject',
    });
  });

  it('refuses options out of range, with the value', () => {
    expect(() => safety({ sameToolCalls: 0 })).toThrow(/sameToolCalls .* got 0/u);
    expect(() => safety({ perSession: { tokens: 10 } })).toThrow(/outputTokensPerCall/u);
  });
});
