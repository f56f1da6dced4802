import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { Runnable, RunnableConfig } from '@langchain/core/runnables';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { ChatModelPurpose } from '@entresol/example-load';
import type { CrewMoment, Director } from './director.ts';
import { rolePrompts } from './role-prompts.ts';

/** Gives the model for one kind of call. It must be able to bind tools. */
export type CrewModel = (purpose: ChatModelPurpose) => BaseChatModel;

type CallableModel = Runnable<BaseLanguageModelInput, AIMessage>;

/**
 * Calls the model as the agent of the moment.
 * @param history every message the agent reads, oldest first
 * @param task what it is asked now; comes last and is not kept, so that the agent's next prompt in
 *   the same session begins with this one up to here
 */
export type CallAgent = (
  moment: CrewMoment,
  history: readonly BaseMessage[],
  options: { readonly task: string; readonly config: RunnableConfig },
) => Promise<AIMessage>;

/** @throws {TypeError} from a call when an agent has tools and its model cannot bind any */
export function createCallAgent(options: {
  readonly model: CrewModel;
  readonly director: Director;
  readonly toolsOf: (agent: string) => readonly StructuredToolInterface[];
}): CallAgent {
  const { model, director, toolsOf } = options;
  const models = new Map<string, CallableModel>();

  function modelFor(agent: string, maxTokens: number): CallableModel {
    const key = `${agent} ${maxTokens}`;
    const known = models.get(key);
    if (known) return known;
    const bare = model({ agent, maxTokens });
    const tools = toolsOf(agent);
    if (tools.length > 0 && !bare.bindTools) {
      throw new TypeError(`the model of ${agent} cannot bind tools`);
    }
    // bindTools clones the model, so the clone is kept rather than made for each call.
    const made: CallableModel =
      tools.length > 0 && bare.bindTools ? bare.bindTools([...tools]) : bare;
    models.set(key, made);
    return made;
  }

  return (moment, history, { task, config }) =>
    modelFor(moment.agent, director.maxTokens(moment)).invoke(
      [new SystemMessage(rolePrompts[moment.agent]), ...history, new HumanMessage(task)],
      config,
    );
}
