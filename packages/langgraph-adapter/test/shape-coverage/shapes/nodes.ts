import { MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { BaseMessage } from '@langchain/core/messages';

interface Model {
  invoke(input: BaseLanguageModelInput): Promise<BaseMessage>;
}

/** A node that asks the model one thing. */
export const ask = (model: Model, prompt: string) => async () => ({
  messages: [await model.invoke(prompt)],
});

/** A node that asks nothing. */
export const quiet = () => ({});

export const messageGraph = () => new StateGraph(MessagesAnnotation);

/** Config of a run on a thread. */
export const onThread = (id = 'T') => ({ configurable: { thread_id: id } });

export const noMessages = { messages: [] };
