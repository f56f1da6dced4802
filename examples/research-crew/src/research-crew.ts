import { AIMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { END, MemorySaver, START, Send, StateGraph } from '@langchain/langgraph';
import type { CompiledStateGraph } from '@langchain/langgraph';
import { waitInRealTime } from '@entresol/example-load';
import type { Wait } from '@entresol/example-load';
import type { CrewAgent } from './agents.ts';
import { trimmed } from './archive.ts';
import { createCallAgent } from './call-agent.ts';
import type { CrewModel } from './call-agent.ts';
import { isCrowded, sessionOf, turnOf } from './conversation.ts';
import type { CrewMoment, Director } from './director.ts';
import { createReport } from './report.ts';
import { createSearcher } from './searcher.ts';
import type { SearchAssignment } from './searcher.ts';
import { crewState, reportState } from './state.ts';
import type { CrewChannels, CrewState, CrewUpdate } from './state.ts';
import { createCrewTools } from './tools.ts';

export type ResearchCrew = CompiledStateGraph<
  CrewState,
  CrewUpdate,
  string,
  CrewChannels,
  CrewChannels
>;

export interface ResearchCrewOptions {
  readonly model: CrewModel;
  readonly director: Director;
  /** How the tools let time pass; real time by default. */
  readonly wait?: Wait;
}

function momentOf(agent: CrewAgent, { messages }: CrewState, config: RunnableConfig): CrewMoment {
  return { session: sessionOf(config), agent, turn: turnOf(messages), branch: 1, round: 1 };
}

/**
 * A crew that answers questions about an archive: a router, a planner, searchers side by side, a
 * fact-checker, a report that is criticised, and an editor. A user comes back on the same
 * `thread_id`; runs without one are refused.
 */
export function createResearchCrew({
  model,
  director,
  wait = waitInRealTime,
}: ResearchCrewOptions): ResearchCrew {
  const tools = createCrewTools(wait);
  const callAgent = createCallAgent({
    model,
    director,
    toolsOf: (agent) => (agent === 'searcher' ? tools : []),
  });
  const { writer, critic, afterCritic } = createReport({ director, callAgent });

  const report = new StateGraph(reportState)
    .addNode('writer', writer)
    .addNode('critic', critic)
    .addEdge(START, 'writer')
    .addEdge('writer', 'critic')
    .addConditionalEdges('critic', afterCritic, { accept: END, revise: 'writer' })
    .compile({ name: 'report' });

  return (
    new StateGraph(crewState)
      .addNode('router', async (state: CrewState, config: RunnableConfig): Promise<CrewUpdate> => {
        const moment = momentOf('router', state, config);
        const reply = await callAgent(moment, state.messages, {
          task: 'Crew: does this need research? Answer with one ROUTE line.',
          config,
        });
        return {
          needsResearch: !isCrowded(state.messages) && director.needsResearch(moment, reply),
        };
      })
      .addNode('planner', async (state: CrewState, config: RunnableConfig): Promise<CrewUpdate> => {
        const moment = momentOf('planner', state, config);
        const reply = await callAgent(moment, state.messages, {
          task: 'Crew: list the sub-questions.',
          config,
        });
        return {
          notes: null,
          subQuestions: director.subQuestions(moment, reply, state.messages.at(-1)?.text ?? ''),
        };
      })
      .addNode('searcher', createSearcher({ director, callAgent, tools }))
      .addNode('evidence', ({ messages, notes }: CrewState, config: RunnableConfig): CrewUpdate => {
        // The searchers end in any order; their sub-question orders the notes.
        const listed = notes
          .toSorted((left, right) => left.branch - right.branch)
          .map(({ text }) => `- ${trimmed(text, 260)}`);
        const id = `${sessionOf(config)}/${turnOf(messages)}/evidence`;
        return { messages: [new AIMessage({ id, content: `[searchers]\n${listed.join('\n')}` })] };
      })
      .addNode(
        'fact-checker',
        async (state: CrewState, config: RunnableConfig): Promise<CrewUpdate> => {
          const moment = momentOf('fact-checker', state, config);
          const reply = await callAgent(moment, state.messages, {
            task: 'Crew: check the notes against one another.',
            config,
          });
          const id = `${moment.session}/${moment.turn}/fact-checker`;
          return {
            messages: [
              new AIMessage({ id, content: `[fact-checker] ${director.write(moment, reply)}` }),
            ],
          };
        },
      )
      .addNode('report', report)
      .addNode('editor', async (state: CrewState, config: RunnableConfig): Promise<CrewUpdate> => {
        const moment = momentOf('editor', state, config);
        const reply = await callAgent(moment, state.messages, {
          task: 'Crew: give the user the answer.',
          config,
        });
        const id = `${moment.session}/${moment.turn}/editor`;
        return { messages: [new AIMessage({ id, content: director.write(moment, reply) })] };
      })
      .addEdge(START, 'router')
      .addConditionalEdges(
        'router',
        ({ needsResearch }) => (needsResearch ? 'research' : 'direct'),
        {
          research: 'planner',
          direct: 'editor',
        },
      )
      .addConditionalEdges(
        'planner',
        ({ messages, subQuestions }) =>
          subQuestions.map(
            (question, index) =>
              new Send('searcher', {
                messages,
                branch: index + 1,
                question,
              } satisfies SearchAssignment),
          ),
        ['searcher'],
      )
      .addEdge('searcher', 'evidence')
      // Three or more notes can contradict one another; two seldom do.
      .addConditionalEdges('evidence', ({ notes }) => (notes.length > 2 ? 'check' : 'write'), {
        check: 'fact-checker',
        write: 'report',
      })
      .addEdge('fact-checker', 'report')
      .addEdge('report', 'editor')
      .addEdge('editor', END)
      .compile({ checkpointer: new MemorySaver(), name: 'research-crew' })
  );
}
