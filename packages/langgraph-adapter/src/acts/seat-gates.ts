import { graphOfNode, graphsInNode, toolHolderOf } from '../graph-shape.ts';
import type { CompiledGraph } from '../graph-shape.ts';
import { nodeNames } from '../local-graph.ts';
import { joinPath } from '../node-graph.ts';
import { seatNodeGate, seatToolGate } from './gate-seats.ts';
import type { Gatekeeper } from './gatekeeper.ts';

/**
 * Puts gates before the nodes of a graph and of the graphs inside it, and before the tools of its tool nodes; returns the
 * undo. A tool node is no step of its own: it belongs to the agent that calls the tools.
 */
export function seatGates(graph: CompiledGraph, keeper: Gatekeeper): () => void {
  const undo: (() => void)[] = [];
  const seat = (within: CompiledGraph, path: string, outer: ReadonlySet<CompiledGraph>): void => {
    const seen = new Set([...outer, within]);
    for (const name of nodeNames(within)) {
      const node = within.nodes[name];
      if (node === undefined) continue;
      const at = joinPath(path, name);
      const container = graphOfNode(node);
      if (container !== undefined && !seen.has(container)) {
        seat(container, at, seen);
        continue;
      }
      const holder = toolHolderOf(node);
      if (holder === undefined) undo.push(seatNodeGate(node, keeper, keeper.step(at)));
      else undo.push(seatToolGate(holder, keeper, keeper.tool));
      for (const inner of graphsInNode(node)) if (!seen.has(inner)) seat(inner, at, seen);
    }
  };
  seat(graph, '', new Set());
  return () => {
    for (const leave of undo.toReversed()) leave();
  };
}
