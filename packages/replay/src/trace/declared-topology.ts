import type { Topology, TopologyEdge } from '@entresol/runtime-core';
import type { TraceHeader } from './trace-line.ts';

/**
 * The graph that a header declares, over the agents that call. Edges of agents that never call are left out, as adapters
 * contract nodes that call no model.
 * @returns undefined where the header declares none, says it in prose, or none of its edges joins agents of the trace
 */
export function declaredTopology(
  header: TraceHeader | undefined,
  agents: readonly string[],
): Topology | undefined {
  const { start, edges } = header?.declared_topology ?? {};
  if (!Array.isArray(edges)) return undefined;
  const known = new Set(agents);
  const pairs = new Map<string, readonly [from: string, to: string]>();
  const add = (from: string, to: string): void => {
    if (!known.has(from) && from !== 'START') return;
    if (!known.has(to) && to !== 'END') return;
    pairs.set(JSON.stringify([from, to]), [from, to]);
  };
  for (const edge of edges) {
    const [from, to]: readonly unknown[] = Array.isArray(edge) ? edge : [];
    if (typeof from !== 'string' || typeof to !== 'string') return undefined;
    add(from, to);
  }
  if (typeof start === 'string') add('START', start);
  const all = [...pairs.values()];
  if (!all.some(([from, to]) => known.has(from) && known.has(to))) return undefined;
  const targets = new Map<string, number>();
  for (const [from] of all) targets.set(from, (targets.get(from) ?? 0) + 1);
  return {
    agents: [...agents],
    edges: all.map(([from, to]): TopologyEdge => ({
      from,
      to,
      kind: targets.get(from) === 1 ? 'static' : 'branch',
    })),
    unknownTargets: [],
  };
}
