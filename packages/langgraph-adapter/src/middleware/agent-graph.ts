import type { CompiledGraph } from '../graph-shape.ts';
import { endNode, startNode } from '../local-graph.ts';

/** LangChain's own names of the two nodes that every agent has. */
export const modelNode = 'model_request';
export const toolsNode = 'tools';

/**
 * What every `createAgent` graph is to an observer: a model that calls tools and goes on until it calls none. A middleware
 * is handed requests, not the graph it is part of.
 */
export function agentGraph(name: string): CompiledGraph {
  return {
    lg_is_pregel: true,
    nodes: { [startNode]: {}, [modelNode]: {}, [toolsNode]: { bound: { tools: [] } } },
    builder: {
      nodes: {},
      edges: [
        [startNode, modelNode],
        [toolsNode, modelNode],
      ],
      branches: { [modelNode]: { condition: { ends: { tools: toolsNode, end: endNode } } } },
    },
    getName: () => name,
  };
}
