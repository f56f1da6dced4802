import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallDraft, CallPlan, RequestBody, Transport } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';

export interface ScriptedReply {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly args: object }[];
  readonly status?: number;
}

/** One request as it came over the wire. */
export interface WireRequest {
  readonly body: RequestBody;
}

const usage = {
  prompt_tokens: 100,
  completion_tokens: 7,
  total_tokens: 107,
  prompt_tokens_details: { cached_tokens: 64 },
};

/** An OpenAI-compatible server on the loopback that answers from a script and keeps what it was sent. */
export async function startServer(
  reply: (body: RequestBody) => ScriptedReply | Promise<ScriptedReply>,
) {
  const requests: WireRequest[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request) text += String(part);
    const body: RequestBody = JSON.parse(text);
    requests.push({ body });
    const said = await reply(body);
    if (said.status !== undefined) {
      response.writeHead(said.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'scripted', type: 'scripted' } }));
      return;
    }
    const isStream = body['stream'] === true;
    response.writeHead(200, {
      'content-type': isStream ? 'text/event-stream' : 'application/json',
    });
    response.end(isStream ? streamed(said, body, requests.length) : whole(said, requests.length));
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function toolCalls({ tools = [] }: ScriptedReply, n: number) {
  return tools.map(({ name, args }, index) => ({
    index,
    id: `call_${n}_${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
}

const head = { id: 'scripted', created: 1, model: 'scripted' };

function whole(said: ScriptedReply, n: number): string {
  const calls = toolCalls(said, n);
  const message = {
    role: 'assistant',
    content: said.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const finish = calls.length > 0 ? 'tool_calls' : 'stop';
  const choices = [{ index: 0, message, finish_reason: finish }];
  return JSON.stringify({ ...head, object: 'chat.completion', choices, usage });
}

const chunk = (delta: object, finish: string | null = null) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

function streamed(said: ScriptedReply, body: RequestBody, n: number): string {
  const calls = toolCalls(said, n);
  const wantsUsage = JSON.stringify(body['stream_options'] ?? null).includes('include_usage');
  const chunks: readonly object[] = [
    chunk({ role: 'assistant', content: '' }),
    ...(said.text === undefined ? [] : [chunk({ content: said.text })]),
    ...(calls.length === 0 ? [] : [chunk({ tool_calls: calls })]),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(wantsUsage ? [{ ...chunk({}), choices: [], usage }] : []),
  ];
  const lines = [...chunks.map((one) => JSON.stringify(one)), '[DONE]'];
  return lines.map((line) => `data: ${line}\n\n`).join('');
}

/** A driver that marks each request with its call and sends it to a server. */
export class WireDriver extends FakeDriver {
  override readonly transport: Transport;
  readonly drafts = new Map<unknown, CallDraft>();

  constructor(baseURL: string) {
    super();
    this.transport = { baseURL, apiKey: 'none', fetch: (input, init) => fetch(input, init) };
  }

  override decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody {
    this.drafts.set(draft.call, draft);
    return super.decorate(body, plan, draft);
  }

  /** Agent and session that a request carries; undefined for one that carries nothing of ours. */
  markOf({ body }: WireRequest): { readonly agent: string; readonly session: string } | undefined {
    const draft = this.drafts.get(body['entresol_call']);
    return draft && { agent: draft.agent, session: draft.session };
  }
}
