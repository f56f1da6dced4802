import { SystemMessage } from '@langchain/core/messages';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import { ChatOpenAI } from '@langchain/openai';
import type { ChatOpenAICallOptions, ChatOpenAIFields } from '@langchain/openai';
import type { PromptHabits } from './prompt-habits.ts';

/** The model of an app with habits: they show before anybody is told of the call. */
export class HabitualChatModel extends ChatOpenAI {
  readonly #habits: PromptHabits;

  constructor(fields: ChatOpenAIFields, habits: PromptHabits) {
    super(fields);
    this.#habits = habits;
  }

  override invoke(
    input: BaseLanguageModelInput,
    options?: Partial<ChatOpenAICallOptions>,
  ): Promise<AIMessageChunk> {
    const messages = Array.isArray(input) ? input.map((one) => this.#told(one)) : input;
    const tools = options?.tools;
    if (tools === undefined) return super.invoke(messages, options);
    return super.invoke(messages, { ...options, tools: [...this.#habits.tools(tools)] });
  }

  #told<Message>(message: Message): Message | SystemMessage {
    if (!isSystem(message)) return message;
    return new SystemMessage(this.#habits.instructions(message.text));
  }
}

function isSystem(message: unknown): message is BaseMessage {
  return SystemMessage.isInstance(message);
}
