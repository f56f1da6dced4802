import { keyedRandom } from '@entresol/example-load';
import type { Topology } from '@entresol/runtime-core';
import { shuffle } from 'simple-statistics';

/** Draws until the graph is another one; a graph that no draw changed in so many tries has no other one. */
const maxDraws = 64;

/**
 * The same graph with its agents relabelled by a seeded permutation: degrees, weights and the distance from START stay,
 * who stands where does not. Never the graph itself.
 * @throws {RangeError} when relabelling cannot change the graph (one agent, or all in the same place)
 */
export function shuffleAgents(topology: Topology, seed: number): Topology {
  const random = keyedRandom(seed);
  const { agents } = topology;
  const before = edgeSet(topology);
  for (let draw = 0; draw < maxDraws; draw++) {
    let count = 0;
    const targets = shuffle([...agents], () => random.unit('prior', draw, count++));
    const names = new Map(agents.map((agent, i) => [agent, targets[i] ?? agent]));
    const shuffled = relabel(topology, (name) => names.get(name) ?? name);
    if (edgeSet(shuffled) !== before) return shuffled;
  }
  throw new RangeError(
    `The graph of ${agents.length} agents (${agents.join(', ')}) is the same however they are relabelled; a shuffled prior needs agents in unlike places.`,
  );
}

function relabel(topology: Topology, rename: (name: string) => string): Topology {
  return {
    agents: topology.agents,
    edges: topology.edges.map((edge) => ({
      ...edge,
      from: rename(edge.from),
      to: rename(edge.to),
    })),
    unknownTargets: topology.unknownTargets.map(rename),
  };
}

/** Equal for graphs that give the same prior. */
function edgeSet({ edges, unknownTargets }: Topology): string {
  const lines = edges.map(({ from, to, weight = 1 }) => JSON.stringify([from, to, weight]));
  return [...lines, ...unknownTargets.map((agent) => JSON.stringify([agent]))].toSorted().join();
}
