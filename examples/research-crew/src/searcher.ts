import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { CallAgent } from './call-agent.ts';
import { isCrowded, sessionOf, turnOf } from './conversation.ts';
import type { Director } from './director.ts';
import type { CrewUpdate } from './state.ts';
import { runCrewTool } from './tools.ts';

/** Rounds of tools per sub-question; the call after the last round has to answer. */
const maxToolRounds = 2;

/** What a searcher is sent. */
export interface SearchAssignment {
  readonly messages: readonly BaseMessage[];
  /** Place of the sub-question in the plan, from 1. */
  readonly branch: number;
  readonly question: string;
}

export type SearcherNode = (
  assignment: SearchAssignment,
  config: RunnableConfig,
) => Promise<CrewUpdate>;

/** The model asks for tools, the tools run, until it notes what it found; what it read stays its own. */
export function createSearcher(options: {
  readonly director: Director;
  readonly callAgent: CallAgent;
  readonly tools: readonly StructuredToolInterface[];
}): SearcherNode {
  const { director, callAgent, tools } = options;
  return async ({ messages, branch, question }, config) => {
    const session = sessionOf(config);
    const turn = turnOf(messages);
    const task = `Crew: answer this sub-question with your tools, then note what you found. ${question}`;
    const added: BaseMessage[] = [];
    for (let round = 1; ; round += 1) {
      const moment = { session, agent: 'searcher', turn, branch, round } as const;
      const history = [...messages, ...added];
      const reply = await callAgent(moment, history, { task, config });
      const call =
        round <= maxToolRounds && !isCrowded(history)
          ? director.toolCall(moment, reply)
          : undefined;
      if (!call) return { notes: [{ branch, text: director.write(moment, reply) }] };
      const id = `${session}/${turn}.${branch}/searcher/${round}`;
      added.push(
        new AIMessage({
          id,
          content: '',
          tool_calls: [{ ...call, args: { ...call.args }, type: 'tool_call' }],
        }),
        await runCrewTool(tools, call, { id: `${id}/result`, config }),
      );
    }
  };
}
