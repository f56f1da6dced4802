import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { Specialist } from './agents.ts';
import type { CallAgent } from './call-agent.ts';
import { isCrowded, sessionOf, turnOf } from './conversation.ts';
import type { Director } from './director.ts';
import type { DeskState, DeskUpdate } from './state.ts';
import { runDeskTool } from './tools.ts';
import type { DeskTools } from './tools.ts';

/** Rounds of tools in one visit; the call after the last round has to answer. */
const maxToolRounds = 2;

const task = 'Desk: use your tools if you need facts, then report your finding in a few sentences.';

export type SpecialistNode = (state: DeskState, config: RunnableConfig) => Promise<DeskUpdate>;

/**
 * A department: the model asks for tools, the tools run, until it reports.
 *
 * One tool call per message, as several chat templates of open models accept no more.
 */
export function createSpecialist(
  agent: Specialist,
  options: {
    readonly director: Director;
    readonly callAgent: CallAgent;
    readonly tools: DeskTools;
  },
): SpecialistNode {
  const { director, callAgent, tools } = options;
  return async ({ messages, step }, config) => {
    const session = sessionOf(config);
    const turn = turnOf(messages);
    const added: BaseMessage[] = [];
    for (let round = 1; ; round += 1) {
      const moment = { session, agent, turn, step, round };
      const history = [...messages, ...added];
      const reply = await callAgent(moment, history, { task, config });
      const id = `${session}/${turn}.${step}/${agent}/${round}`;
      const call =
        round <= maxToolRounds && !isCrowded(history)
          ? director.toolCall(moment, reply)
          : undefined;
      if (!call) {
        added.push(new AIMessage({ id, content: `[${agent}] ${director.write(moment, reply)}` }));
        return { messages: added };
      }
      added.push(
        new AIMessage({
          id,
          content: '',
          tool_calls: [{ ...call, args: { ...call.args }, type: 'tool_call' }],
        }),
        await runDeskTool(tools[agent], call, { id: `${id}/result`, config }),
      );
    }
  };
}
