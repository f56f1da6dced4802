import type { Usage } from '../usage.ts';

/** What `FakeDriver` answers one request with. */
export interface FakeReply {
  readonly text: string;
  /** Tools that it calls, in one message. */
  readonly toolCalls?: readonly { readonly name: string; readonly args: object }[];
  /** The body of the stream errors after that many words; JSON replies are not broken. */
  readonly breaksAfterWords?: number;
  /** An HTTP error instead of a reply. */
  readonly status?: number;
}

const head = { id: 'chatcmpl-fake', created: 0, model: 'fake' } as const;

function wireUsage({ input, cacheRead = 0, output }: Usage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
  };
}

/** Ids need only differ inside one conversation; what an app calls twice alike may be alike. */
function wireCalls({ toolCalls = [] }: FakeReply): readonly object[] {
  return toolCalls.map(({ name, args }, index) => {
    const text = JSON.stringify(args);
    return {
      index,
      id: `call-${index}-${name}-${text.length}`,
      type: 'function',
      function: { name, arguments: text },
    };
  });
}

const finishOf = ({ toolCalls = [] }: FakeReply): string =>
  toolCalls.length === 0 ? 'stop' : 'tool_calls';

export function completionReply(reply: FakeReply, usage: Usage): Response {
  const calls = wireCalls(reply);
  const message = {
    role: 'assistant',
    content: reply.text,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return Response.json({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishOf(reply) }],
    usage: wireUsage(usage),
  });
}

export function errorReply(status: number, code: string, message: string): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', code } }, { status });
}

const chunk = (delta: object, finish: string | null = null): object => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** SSE events of a reply: the role, a chunk per word, the finish, the usage where it was asked for, `[DONE]`. */
export function streamEvents(reply: FakeReply, usage: Usage | undefined): readonly string[] {
  const words = reply.text.match(/\S+\s*/g) ?? [];
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    ...wireCalls(reply).map((call) => chunk({ tool_calls: [call] })),
    chunk({}, finishOf(reply)),
    ...(usage === undefined ? [] : [{ ...chunk({}), choices: [], usage: wireUsage(usage) }]),
  ];
  return [...chunks.map((one) => JSON.stringify(one)), '[DONE]'].map((one) => `data: ${one}\n\n`);
}

/** Reads `usage` of an OpenAI reply or chunk; undefined for anything without one. */
export function readWireUsage(reply: unknown): Usage | undefined {
  const usage = fieldOf(reply, 'usage');
  const input = fieldOf(usage, 'prompt_tokens');
  const output = fieldOf(usage, 'completion_tokens');
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const cacheRead = fieldOf(fieldOf(usage, 'prompt_tokens_details'), 'cached_tokens');
  return { input, output, ...(typeof cacheRead === 'number' ? { cacheRead } : {}) };
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === field)?.[1];
}
