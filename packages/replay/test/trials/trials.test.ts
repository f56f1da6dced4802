import { describe, expect, it } from 'vitest';
import { adversaries, blockLoad, firstSessions, shuffledTopology } from '../../src/index.ts';
import type { Trace } from '../../src/index.ts';

/** Four agents in a ring, each with a conversation that grows. */
const ring: Trace = {
  workload: 'ring',
  agents: ['a', 'b', 'c', 'd'],
  roles: 4,
  sessions: Array.from({ length: 24 }, (_, id) => ({
    id: `s${id}`,
    conversations: 4,
    calls: Array.from({ length: 12 }, (__, at) => ({
      agent: at % 4,
      role: at % 4,
      conversation: at % 4,
      roleTokens: 64,
      contextTokens: 32 * (1 + Math.floor(at / 4)),
      outputTokens: 0,
      reusedTokens: 32 * Math.floor(at / 4),
    })),
  })),
  topology: {
    agents: ['a', 'b', 'c', 'd'],
    edges: [
      { from: 'a', to: 'b', kind: 'static' },
      { from: 'b', to: 'c', kind: 'static' },
    ],
    unknownTargets: [],
  },
  source: { name: 'made by hand', estimated: [] },
};

const agentsOf = (trace: Trace, session: number): readonly number[] =>
  trace.sessions[session]?.calls.map(({ agent }) => agent) ?? [];

describe('adversaries', () => {
  it.each(adversaries)('$name: equal seeds give equal traces, which still replay', (adversary) => {
    const turned = adversary.turn(ring, 5);
    expect(adversary.turn(ring, 5)).toEqual(turned);
    expect(blockLoad(turned).sessions.flat().length).toBeGreaterThanOrEqual(24 * 12);
  });

  it('a graph that changes leaves the first half alone and exchanges agents in the second', () => {
    const turned = adversaries.find(({ name }) => name === 'graph changes')?.turn(ring, 5);
    if (turned === undefined) throw new Error('no such adversary');
    expect(turned.sessions.slice(0, 12)).toEqual(ring.sessions.slice(0, 12));
    expect(agentsOf(turned, 12)).not.toEqual(agentsOf(ring, 12));
    expect(new Set(agentsOf(turned, 12))).toEqual(new Set(agentsOf(ring, 12)));
  });

  it('shuffled next agents keep the order of each conversation', () => {
    const turned = adversaries.find(({ name }) => name === 'next agents shuffled')?.turn(ring, 5);
    if (turned === undefined) throw new Error('no such adversary');
    expect(agentsOf(turned, 0)).not.toEqual(agentsOf(ring, 0));
    const lengths = turned.sessions[0]?.calls
      .filter(({ conversation }) => conversation === 2)
      .map(({ contextTokens }) => contextTokens);
    expect(lengths).toEqual([32, 64, 96]);
  });

  it('phases alternate between recorded and drawn orders', () => {
    const turned = adversaries.find(({ name }) => name === 'alternating phases')?.turn(ring, 5);
    if (turned === undefined) throw new Error('no such adversary');
    expect(turned.sessions.slice(0, 10)).toEqual(ring.sessions.slice(0, 10));
    expect(turned.sessions.slice(10, 20)).not.toEqual(ring.sessions.slice(10, 20));
    expect(turned.sessions.slice(20)).toEqual(ring.sessions.slice(20));
  });
});

describe('cold start', () => {
  it('cuts to the first sessions', () => {
    expect(firstSessions(ring, 5).sessions).toEqual(ring.sessions.slice(0, 5));
    expect(() => firstSessions(ring, 0)).toThrow('count is 0');
  });

  it('tells the graph about the wrong agents, and leaves the calls alone', () => {
    const wrong = shuffledTopology(ring, 3);
    expect(wrong.sessions).toBe(ring.sessions);
    expect(wrong.topology?.edges).toHaveLength(2);
    expect(wrong.topology?.edges).not.toEqual(ring.topology?.edges);
  });
});
