import { MemorySaver, StateGraph } from '@langchain/langgraph';
import type { CompiledStateGraph } from '@langchain/langgraph';
import { SwarmState, addActiveAgentRouter, createHandoffTool } from '@langchain/langgraph-swarm';
import type { ChatModelFactory } from '@entresol/example-load';
import { createAgent } from 'langchain';
import { handoffs, helperAgents } from './agents.ts';
import type { HelperAgent } from './agents.ts';
import type { Director } from './director.ts';
import { clipToolResults, directed } from './middleware.ts';
import { rolePrompts } from './role-prompts.ts';
import type { HelperTools } from './tools.ts';

export type CodeHelper = CompiledStateGraph<
  typeof SwarmState.State,
  typeof SwarmState.Update,
  string,
  typeof SwarmState.spec,
  typeof SwarmState.spec
>;

/** Six agents that hand a programmer over to each other; who is active stays so on the thread. */
export function createCodeHelper(options: {
  readonly model: ChatModelFactory;
  readonly director: Director;
  readonly tools: HelperTools;
  readonly onCall: (agent: HelperAgent) => void;
}): CodeHelper {
  const { model, tools } = options;
  const agentGraph = (name: HelperAgent): ReturnType<typeof createAgent>['graph'] =>
    createAgent({
      name,
      model: model({ agent: name, maxTokens: 40 }),
      systemPrompt: rolePrompts[name],
      tools: [
        ...tools.byAgent[name],
        ...handoffs[name].map((agentName) => createHandoffTool({ agentName })),
      ],
      middleware: [clipToolResults(), directed(name, options)],
    }).graph;
  // What createSwarm does; its own list of agents is typed for createReactAgent.
  const swarm = new StateGraph(SwarmState);
  addActiveAgentRouter(swarm, { routeTo: [...helperAgents], defaultActiveAgent: 'guide' });
  for (const name of helperAgents) {
    const graph = agentGraph(name);
    swarm.addNode(name, graph, { ends: [...handoffs[name]], subgraphs: [graph] });
  }
  return swarm.compile({ checkpointer: new MemorySaver(), name: 'code-helper' });
}
