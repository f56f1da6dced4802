import type { RequestBody } from '@entresol/runtime-core';

/** What an engine says to one request. */
export interface WireReply {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly args: object }[];
  /** An HTTP status other than 200: nothing is said then. */
  readonly status?: number;
}

const usage = {
  prompt_tokens: 100,
  completion_tokens: 7,
  total_tokens: 107,
  prompt_tokens_details: { cached_tokens: 64 },
};

function toolCalls({ tools = [] }: WireReply, id: string) {
  return tools.map(({ name, args }, index) => ({
    index,
    id: `call-${id}-${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
}

/** As JSON. */
export function whole(reply: WireReply, id: string): string {
  const calls = toolCalls(reply, id);
  const message = {
    role: 'assistant',
    content: reply.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const finish = calls.length > 0 ? 'tool_calls' : 'stop';
  const choices = [{ index: 0, message, finish_reason: finish }];
  return JSON.stringify({
    id,
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices,
    usage,
  });
}

/** As server-sent events, a text word by word; usage where it is asked for. */
export function streamed(reply: WireReply, body: RequestBody, id: string): string {
  const calls = toolCalls(reply, id);
  const chunk = (delta: object, finish: string | null = null) => ({
    id,
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const words = reply.text?.split(/(?<= )/u) ?? [];
  const wantsUsage = JSON.stringify(body['stream_options'] ?? null).includes('include_usage');
  const chunks: readonly object[] = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    ...(calls.length === 0 ? [] : [chunk({ tool_calls: calls })]),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(wantsUsage ? [{ ...chunk({}), choices: [], usage }] : []),
  ];
  const lines = [...chunks.map((one) => JSON.stringify(one)), '[DONE]'];
  return lines.map((line) => `data: ${line}\n\n`).join('');
}
