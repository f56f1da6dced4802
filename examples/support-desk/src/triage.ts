import { HumanMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { DeskRoute } from './agents.ts';
import type { CallAgent } from './call-agent.ts';
import { isCrowded, sessionOf, turnOf } from './conversation.ts';
import type { Director } from './director.ts';
import type { DeskState, DeskUpdate } from './state.ts';

/** Departments asked in one turn before the customer gets an answer in any case. */
const maxDepartments = 3;

const task = 'Desk: decide who takes this conversation next. Answer with one ROUTE line.';

export type TriageNode = (state: DeskState, config: RunnableConfig) => Promise<DeskUpdate>;

/** The supervisor: reads the conversation and names the next department, or `reply`. */
export function createTriage(options: {
  readonly director: Director;
  readonly callAgent: CallAgent;
}): TriageNode {
  const { director, callAgent } = options;
  return async ({ messages, route: last, step: before }, config) => {
    const fresh = HumanMessage.isInstance(messages.at(-1));
    const step = fresh ? 1 : before + 1;
    const moment = {
      session: sessionOf(config),
      agent: 'triage',
      turn: turnOf(messages),
      step,
      round: 1,
    } as const;
    const reply = await callAgent(moment, messages, { task, config });
    const wanted = director.route(moment, reply, fresh ? undefined : last);
    const route: DeskRoute = step > maxDepartments || isCrowded(messages) ? 'reply' : wanted;
    return { step, route };
  };
}
