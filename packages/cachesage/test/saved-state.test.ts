import { cacheSage } from '@entresol/cachesage';
import { seededRandom } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';

/** Sessions of random walks over `agents` agents, some of which pause and come back. */
function lived(agents: number, sessions: number, seed = 3): EventLog {
  const log = new EventLog(cacheSage());
  const random = seededRandom(seed);
  log.declare({
    agents: Array.from({ length: agents }, (_, i) => `team/agent-number-${i}`),
    edges: Array.from({ length: agents }, (_, i) => ({
      from: `team/agent-number-${i}`,
      to: `team/agent-number-${(i + 1) % agents}`,
      kind: 'static' as const,
    })),
    unknownTargets: [],
  });
  for (let s = 0; s < sessions; s++) {
    const walk = (): string[] =>
      Array.from(
        { length: 3 + Math.floor(random() * 12) },
        () => `team/agent-number-${Math.floor(random() * agents)}`,
      );
    log.chain(`s${s}`, walk(), random() * 4000);
    if (random() < 0.5) {
      log.pause(`s${s}`);
      log.wait(random() * 100_000);
      log.chain(`s${s}`, walk(), random() * 4000);
    }
    log.close(`s${s}`);
  }
  return log;
}

describe('saved state', () => {
  it('gives equal predictions after a round trip through JSON, to the four digits that are kept', () => {
    const before = lived(5, 40);
    const after = new EventLog(cacheSage());
    after.policy.state.load(JSON.parse(JSON.stringify(before.policy.state.save())));
    after.nowMs = before.nowMs;
    for (const log of [before, after]) {
      log.chain('new', ['team/agent-number-1', 'team/agent-number-2', 'team/agent-number-1'], 700);
    }
    const expected = before.policy.predict.nextAgent({ session: 'new' }, before.context);
    const actual = after.policy.predict.nextAgent({ session: 'new' }, after.context);
    expect(actual.length).toBe(expected.length);
    for (const { agent, probability } of expected) {
      const same = actual.find((each) => each.agent === agent);
      expect(same?.probability).toBeCloseTo(probability, 3);
    }
  });

  it('is what was loaded when saved again', () => {
    const saved = lived(5, 20).policy.state.save();
    const policy = cacheSage();
    policy.state.load(saved);
    expect(policy.state.save()).toEqual(saved);
  });

  it('holds neither sessions nor prefixes', () => {
    const text = JSON.stringify(lived(5, 20).policy.state.save());
    expect(text).not.toContain('s1');
    expect(text).not.toContain('prompt-');
    expect(text).not.toContain('role-');
  });

  it.each([32, 200])(
    'stays under 20 KB at %i agents that follow each other at random',
    (agents) => {
      const log = lived(agents, 150);
      const text = JSON.stringify(log.policy.state.save());
      expect(log.policy.stateBytes()).toBe(Buffer.byteLength(text));
      expect(log.policy.stateBytes()).toBeLessThan(20 * 1024);
    },
  );

  it('lets a graph declared since then win over the saved one', () => {
    const policy = cacheSage();
    const log = new EventLog(policy);
    log.declare({
      agents: ['x', 'y'],
      edges: [{ from: 'x', to: 'y', kind: 'static' }],
      unknownTargets: [],
    });
    policy.state.load(lived(3, 5).policy.state.save());
    expect(policy.transitionRow('app', 'x')['y']).toBeGreaterThan(0.9);
  });

  it('may have what is no longer learned: the speeds of sessions', () => {
    const saved = JSON.parse(JSON.stringify(lived(5, 20).policy.state.save()));
    const before = { ...saved, workloads: [{ ...saved.workloads[0], speeds: [12.5, 3000] }] };
    const policy = cacheSage();
    policy.state.load(before);
    expect(policy.state.save()).toEqual(saved);
  });

  const good = JSON.stringify(lived(3, 5).policy.state.save());
  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['another version', { version: 1, workloads: [] }],
    ['no workloads', { version: 2 }],
    ['a workload without rows', { version: 2, workloads: [{ key: 'app', agents: [], edges: [] }] }],
    ['a negative count', JSON.parse(good.replace(/"rows":\[\[(\d+),(\d+),/, '"rows":[[$1,$2,-'))],
    ['an agent out of range', JSON.parse(good.replace(/"edges":\[\[3/, '"edges":[[99'))],
    ['an odd row', JSON.parse(good.replace(/"rows":\[\[(\d+),/, '"rows":[[$1,3,'))],
    ['a weight too few', JSON.parse(good.replace(/"weights":\[[^,]+,/, '"weights":['))],
    [
      'more popularity than agents',
      JSON.parse(good.replace('"popularity":[', '"popularity":[1,1,1,')),
    ],
    ['a null among numbers', JSON.parse(good.replace(/"step":\[[^,]+,/, '"step":[null,'))],
  ])('refuses %s and keeps what it knew', (_, damaged) => {
    const log = lived(3, 5);
    const before = log.policy.transitionRow('app', 'team/agent-number-1');
    expect(() => {
      log.policy.state.load(damaged);
    }).toThrow(TypeError);
    expect(log.policy.transitionRow('app', 'team/agent-number-1')).toEqual(before);
  });
});
