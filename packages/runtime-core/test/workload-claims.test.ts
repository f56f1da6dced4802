import { describe, expect, it } from 'vitest';
import type { Topology } from '../src/index.ts';
import { WorkloadClaims } from '../src/workload-claims.ts';

const topology: Topology = {
  agents: ['triage', 'billing'],
  edges: [
    { from: 'START', to: 'triage', kind: 'static' },
    { from: 'triage', to: 'billing', kind: 'branch' },
  ],
  unknownTargets: [],
};

describe('WorkloadClaims', () => {
  it('lets the same graph claim its id again, in whatever order it is written', () => {
    const claims = new WorkloadClaims();
    claims.claim('w', topology);
    const same = {
      ...topology,
      agents: topology.agents.toReversed(),
      edges: topology.edges.toReversed(),
    };
    expect(() => claims.claim('w', same)).not.toThrow();
  });

  it.each<[string, Partial<Topology>]>([
    ['other agents', { agents: ['triage'] }],
    ['other edges', { edges: [] }],
    ['an edge of another kind', { edges: [{ from: 'triage', to: 'billing', kind: 'join' }] }],
  ])('refuses the id to a graph with %s, and keeps the first claim', (_, changes) => {
    const claims = new WorkloadClaims();
    claims.claim('w', topology);
    expect(() => claims.claim('w', { ...topology, ...changes })).toThrow(
      expect.objectContaining({ code: 'workload-conflict', value: 'w' }),
    );
    expect(() => claims.claim('w', topology)).not.toThrow();
  });

  it('gives unlike graphs ids of their own', () => {
    const claims = new WorkloadClaims();
    claims.claim('w', topology);
    expect(() => claims.claim('v', { ...topology, agents: [] })).not.toThrow();
  });
});
