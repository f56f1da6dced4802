import { z } from 'zod';

/** Text, or parts of text that count as joined; null where an assistant only called tools. */
type MessageContent = string | null | readonly { readonly type: 'text'; readonly text: string }[];

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is JSON text, as the model wrote it. */
  readonly function: { readonly name: string; readonly arguments: string };
}

/** One message of a chat completion request, as the OpenAI API has it. */
export type ChatMessage =
  | {
      readonly role: 'system' | 'developer' | 'user';
      readonly content: MessageContent;
      readonly name?: string | undefined;
    }
  | {
      readonly role: 'assistant';
      readonly content?: MessageContent | undefined;
      readonly name?: string | undefined;
      readonly tool_calls?: readonly ToolCall[] | undefined;
    }
  | {
      readonly role: 'tool';
      readonly content: MessageContent;
      readonly tool_call_id: string;
    };

export interface ToolDefinition {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly parameters?: Readonly<Record<string, unknown>> | undefined;
    readonly strict?: boolean | null | undefined;
  };
}

const text = z.union([
  z.string(),
  z.array(z.object({ type: z.literal('text'), text: z.string() })).readonly(),
]);

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().min(1), arguments: z.string() }),
});

const name = z.string().optional();

export const chatMessageSchema: z.ZodType<ChatMessage> = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: text, name }),
  z.object({ role: z.literal('developer'), content: text, name }),
  z.object({ role: z.literal('user'), content: text, name }),
  z.object({
    role: z.literal('assistant'),
    content: text.nullish(),
    name,
    // Clients send null or an empty list where there is no call.
    tool_calls: z
      .array(toolCall)
      .nullish()
      .transform((calls) => (calls && calls.length > 0 ? calls : undefined)),
  }),
  z.object({ role: z.literal('tool'), content: text, tool_call_id: z.string() }),
]);

export const toolDefinitionSchema: z.ZodType<ToolDefinition> = z.object({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});
