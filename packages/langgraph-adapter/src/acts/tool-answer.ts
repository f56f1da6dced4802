import { ToolMessage } from '@langchain/core/messages';

/** A tool call as tool nodes hand it to a tool. */
export interface ToolCall {
  readonly name: string;
  readonly args: unknown;
  readonly id: string;
}

/** Undefined for arguments without a call around them: nobody could read a message in place of the result. */
export function toolCallOf(input: unknown): ToolCall | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if (!('name' in input && 'args' in input) || typeof input.name !== 'string') return undefined;
  const id = 'id' in input && typeof input.id === 'string' ? input.id : '';
  return { name: input.name, args: input.args, id };
}

/** What the model sees of a tool that was not let through. */
export function rejection({ name, id }: ToolCall, reason: string): ToolMessage {
  return new ToolMessage({ name, tool_call_id: id, status: 'error', content: reason });
}

/** What stands for the result of a tool, in the form in which a tool node would have put it. */
export function servedAnswer({ name, id }: ToolCall, value: unknown): ToolMessage {
  const content = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return new ToolMessage({ name, tool_call_id: id, status: 'success', content });
}
