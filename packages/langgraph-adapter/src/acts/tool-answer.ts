import type { ToolOutcome } from '@entresol/runtime-core';
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

/** Only text can be served again as it was: an artifact, content blocks and commands are more than a value. */
export function outcomeOf(result: unknown): ToolOutcome {
  if (!ToolMessage.isInstance(result)) {
    return typeof result === 'string' ? { how: 'returned', value: result } : { how: 'no-value' };
  }
  if (result.status === 'error') return { how: 'failed' };
  const { content, artifact, additional_kwargs: extra } = result;
  const plain = artifact === undefined && Object.keys(extra).length === 0;
  return plain && typeof content === 'string'
    ? { how: 'returned', value: content }
    : { how: 'no-value' };
}
