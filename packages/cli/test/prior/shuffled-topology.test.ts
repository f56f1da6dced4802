import type { Topology } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffleAgents } from '../../src/prior/shuffled-topology.ts';

const desk: Topology = {
  agents: ['triage', 'orders', 'billing', 'reply'],
  edges: [
    { from: 'START', to: 'triage', kind: 'static' },
    { from: 'triage', to: 'orders', kind: 'branch', weight: 3 },
    { from: 'triage', to: 'billing', kind: 'branch' },
    { from: 'orders', to: 'reply', kind: 'static' },
    { from: 'reply', to: 'END', kind: 'static' },
  ],
  unknownTargets: ['billing'],
};

const ascending = (a: number, b: number): number => a - b;

/** In and out degree, weights included, of every place in the graph. */
function places({ agents, edges, unknownTargets }: Topology): string[] {
  return agents
    .map((agent) => {
      const out = edges.filter(({ from }) => from === agent).map(({ weight = 1 }) => weight);
      const into = edges.filter(({ to }) => to === agent).map(({ weight = 1 }) => weight);
      return JSON.stringify([
        out.toSorted(ascending),
        into.toSorted(ascending),
        unknownTargets.includes(agent),
      ]);
    })
    .toSorted();
}

test('keeps agents, degrees and weights, and is never the same graph', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const shuffled = shuffleAgents(desk, seed);
      expect(shuffled.agents).toEqual(desk.agents);
      expect(places(shuffled)).toEqual(places(desk));
      expect(shuffled.edges.map(({ kind }) => kind)).toEqual(desk.edges.map(({ kind }) => kind));
      expect(shuffled).not.toEqual(desk);
    }),
  );
});

test('is decided by the seed', () => {
  expect(shuffleAgents(desk, 3)).toEqual(shuffleAgents(desk, 3));
  const drawn = new Set(
    Array.from({ length: 40 }, (_, seed) => JSON.stringify(shuffleAgents(desk, seed))),
  );
  expect(drawn.size).toBeGreaterThan(5);
});

test('refuses a graph that relabelling cannot change', () => {
  const ring: Topology = {
    agents: ['a', 'b'],
    edges: [
      { from: 'a', to: 'b', kind: 'static' },
      { from: 'b', to: 'a', kind: 'static' },
    ],
    unknownTargets: [],
  };
  expect(() => shuffleAgents(ring, 1)).toThrow(RangeError);
  expect(() => shuffleAgents(ring, 1)).toThrow(/2 agents \(a, b\)/u);
});
