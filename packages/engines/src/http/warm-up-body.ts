import type { RequestBody } from '@entresol/runtime-core';

/** The same prompt, answered with one token in one piece. */
export function oneToken(body: RequestBody): RequestBody {
  const { stream: _stream, stream_options: _options, max_completion_tokens: _max, ...rest } = body;
  return { ...rest, max_tokens: 1 };
}

/** True for the head of an agent alone: nothing of a conversation is in it. */
export function endsInHead({ messages }: RequestBody): boolean {
  if (!Array.isArray(messages)) return false;
  const last: unknown = messages.at(-1);
  return (
    typeof last === 'object' &&
    last !== null &&
    'role' in last &&
    (last.role === 'system' || last.role === 'developer')
  );
}
