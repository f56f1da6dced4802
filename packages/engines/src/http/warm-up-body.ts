import type { RequestBody } from '@entresol/runtime-core';

/** The same prompt, answered with one token in one piece. */
export function oneToken(body: RequestBody): RequestBody {
  const { stream: _stream, stream_options: _options, max_completion_tokens: _max, ...rest } = body;
  return { ...rest, max_tokens: 1 };
}

/**
 * The same prompt and a little more: an engine finds only whole blocks of a prompt that goes on behind them, so a prompt
 * that ends with a block would get that block anew and leave the old one to age.
 */
export function goingOn(body: RequestBody): RequestBody {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const last: unknown = messages.at(-1);
  // What ends in an answer goes on by itself: behind it stands the beginning of the next.
  if (roleOf(last) === 'assistant') return body;
  const role = endsInHead(body) ? 'user' : 'assistant';
  return {
    ...body,
    messages: [...messages, { role, content: '.' }],
    add_generation_prompt: false,
  };
}

function roleOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'role' in message
    ? message.role
    : undefined;
}

/** True for the head of an agent alone: nothing of a conversation is in it. */
export function endsInHead({ messages }: RequestBody): boolean {
  if (!Array.isArray(messages)) return false;
  const role = roleOf(messages.at(-1));
  return role === 'system' || role === 'developer';
}
