import type { RequestBody } from '@entresol/runtime-core';
import { ChatOpenAI } from '@langchain/openai';
import type { ChatOpenAIFields } from '@langchain/openai';
import type { RecordingHost } from './recording-host.ts';

/** What the model says to a request. */
interface Reply {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly args?: object }[];
  /** An HTTP status other than 200. */
  readonly status?: number;
  /** Held back until this is over. */
  readonly until?: Promise<unknown>;
}

export type Script = (body: RequestBody, prompt: string) => Reply;

function sse(chunks: readonly object[]): string {
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('');
}

/** An OpenAI-compatible reply in the form that the request asks for. */
export function answer(body: RequestBody, reply: Reply, id: string): Response {
  if (reply.status !== undefined) {
    const error = { error: { message: 'scripted failure', type: 'server_error' } };
    return Response.json(error, { status: reply.status });
  }
  const content = reply.text ?? 'ok';
  const calls = reply.tools?.map(({ name, args }, index) => ({
    index,
    id: `${id}-${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args ?? {}) },
  }));
  const finish = calls === undefined ? 'stop' : 'tool_calls';
  const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const base = { id, created: 1, model: 'scripted' };
  const message =
    calls === undefined
      ? { role: 'assistant', content }
      : { role: 'assistant', content: null, tool_calls: calls };
  if (body['stream'] !== true) {
    return Response.json({
      ...base,
      object: 'chat.completion',
      usage,
      choices: [{ index: 0, finish_reason: finish, message }],
    });
  }
  const chunk = (delta: object, finish_reason: string | null): object => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const deltas =
    calls === undefined
      ? content.split(/(?<= )/u).map((word) => chunk({ content: word }, null))
      : [chunk({ tool_calls: calls }, null)];
  const text = sse([chunk({ role: 'assistant', content: '' }, null), ...deltas, chunk({}, finish)]);
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
}

/** The fetch of a runtime without a network: the host sees the request, the script answers it. */
export function scriptedFetch(host: RecordingHost, script: Script): typeof globalThis.fetch {
  const replies = new Map<string, number>();
  return async (_url, init) => {
    const signal = init?.signal ?? undefined;
    signal?.throwIfAborted();
    if (typeof init?.body !== 'string') throw new TypeError('a request without a JSON body');
    const body: RequestBody = JSON.parse(init.body);
    host.see(body);
    const prompt = host.requests.at(-1)?.prompt ?? '';
    const reply = script(body, prompt);
    const nth = (replies.get(prompt) ?? 0) + 1;
    replies.set(prompt, nth);
    // By prompt: the order of requests that run side by side must not show.
    const id = `reply-${nth} to ${prompt}`;
    if (reply.until === undefined) return answer(body, reply, id);
    const aborted = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => aborted.reject(signal.reason));
    await Promise.race([reply.until, aborted.promise]);
    return answer(body, reply, id);
  };
}

/** The app's own model client, its requests going through the host. */
export function scriptedModel(
  host: RecordingHost,
  script: Script = () => ({ text: 'ok' }),
  fields: ChatOpenAIFields = {},
): ChatOpenAI {
  return new ChatOpenAI({
    model: 'scripted',
    apiKey: 'none',
    maxRetries: 0,
    ...fields,
    configuration: { baseURL: 'http://model.invalid/v1', fetch: scriptedFetch(host, script) },
  });
}
