import { END, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver, CompiledStateGraph } from '@langchain/langgraph';
import { waitInRealTime } from '@entresol/example-load';
import type { Wait } from '@entresol/example-load';
import { createCallAgent } from './call-agent.ts';
import type { DeskModel } from './call-agent.ts';
import { specialists } from './agents.ts';
import type { Director } from './director.ts';
import { createReply } from './reply.ts';
import { createResearch } from './research.ts';
import { createSpecialist } from './specialist.ts';
import { deskState, replyState } from './state.ts';
import type { DeskChannels, DeskState, DeskUpdate } from './state.ts';
import { createDeskTools } from './tools.ts';
import { createTriage } from './triage.ts';

export type SupportDesk = CompiledStateGraph<
  DeskState,
  DeskUpdate,
  string,
  DeskChannels,
  DeskChannels
>;

export interface SupportDeskOptions {
  readonly model: DeskModel;
  readonly director: Director;
  /** How the tools let time pass; real time by default. */
  readonly wait?: Wait;
  /** Where the threads live; in memory by default. */
  readonly checkpointer?: BaseCheckpointSaver;
}

/**
 * The support desk of a shop for connected-home devices: a supervisor, four departments with tools,
 * a research fan-out, and a reply that is reviewed before it goes out. A customer comes back on the
 * same `thread_id`; runs without one are refused.
 */
export function createSupportDesk({
  model,
  director,
  wait = waitInRealTime,
  checkpointer = new MemorySaver(),
}: SupportDeskOptions): SupportDesk {
  const tools = createDeskTools(wait);
  const callAgent = createCallAgent({
    model,
    director,
    toolsOf: (agent) => specialists.filter((name) => name === agent).flatMap((name) => tools[name]),
  });
  const { research, fanOut, searcher, digest } = createResearch({ director, callAgent });
  const { draft, review, afterReview } = createReply({ director, callAgent });
  const specialist = (agent: (typeof specialists)[number]): ReturnType<typeof createSpecialist> =>
    createSpecialist(agent, { director, callAgent, tools });

  const reply = new StateGraph(replyState)
    .addNode('draft', draft)
    .addNode('review', review)
    .addEdge(START, 'draft')
    .addEdge('draft', 'review')
    .addConditionalEdges('review', afterReview, { send: END, revise: 'draft' })
    .compile({ name: 'reply' });

  return new StateGraph(deskState)
    .addNode('triage', createTriage({ director, callAgent }))
    .addNode('orders', specialist('orders'))
    .addNode('billing', specialist('billing'))
    .addNode('technical', specialist('technical'))
    .addNode('returns', specialist('returns'))
    .addNode('research', research)
    .addNode('searcher', searcher)
    .addNode('digest', digest)
    .addNode('reply', reply)
    .addEdge(START, 'triage')
    .addConditionalEdges('triage', ({ route }) => route ?? 'reply', {
      orders: 'orders',
      billing: 'billing',
      technical: 'technical',
      returns: 'returns',
      research: 'research',
      reply: 'reply',
    })
    .addEdge('orders', 'triage')
    .addEdge('billing', 'triage')
    .addEdge('technical', 'triage')
    .addEdge('returns', 'triage')
    .addConditionalEdges('research', fanOut, ['searcher'])
    .addEdge('searcher', 'digest')
    .addEdge('digest', 'triage')
    .addEdge('reply', END)
    .compile({ checkpointer, name: 'support-desk' });
}
