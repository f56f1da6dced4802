import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { Runnable, RunnableConfig } from '@langchain/core/runnables';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { ChatModelPurpose } from './chat-model.ts';

/** Gives the model for one kind of call. It must be able to bind tools. */
export type ToolModel = (purpose: ChatModelPurpose) => BaseChatModel;

type CallableModel = Runnable<BaseLanguageModelInput, AIMessage>;

/**
 * Calls the model as the agent of the moment.
 * @param history every message the agent reads, oldest first
 * @param task what it is asked now; comes last and is not kept, so that the agent's next prompt in
 *   the same session begins with this one up to here
 */
export type CallAgent<Moment> = (
  moment: Moment,
  history: readonly BaseMessage[],
  options: { readonly task: string; readonly config: RunnableConfig },
) => Promise<AIMessage>;

/** @throws {TypeError} from a call when an agent has tools and its model cannot bind any */
export function createCallAgent<Moment extends { readonly agent: string }>(options: {
  readonly model: ToolModel;
  /** Tokens the reply may take. */
  readonly maxTokens: (moment: Moment) => number;
  /** The standing instructions of the moment's agent. */
  readonly rolePrompt: (moment: Moment) => string;
  readonly toolsOf: (agent: string) => readonly StructuredToolInterface[];
}): CallAgent<Moment> {
  const { model, maxTokens, rolePrompt, toolsOf } = options;
  const models = new Map<string, CallableModel>();

  function modelFor(agent: string, most: number): CallableModel {
    const key = `${agent} ${most}`;
    const known = models.get(key);
    if (known) return known;
    const bare = model({ agent, maxTokens: most });
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
    modelFor(moment.agent, maxTokens(moment)).invoke(
      [new SystemMessage(rolePrompt(moment)), ...history, new HumanMessage(task)],
      config,
    );
}
