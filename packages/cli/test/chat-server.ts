import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

const usage = {
  prompt_tokens: 120,
  completion_tokens: 7,
  total_tokens: 127,
  prompt_tokens_details: { cached_tokens: 90 },
};

/**
 * An OpenAI-compatible server on this machine that lives as long as the test and always says the same; every prompt has
 * 120 tokens, of which 90 were cached. Resolves to its API base.
 * @param seen told of the body of each chat request
 */
export async function startChatServer(
  text: string,
  seen: (body: Readonly<Record<string, unknown>>) => void = () => undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    void respond(request, response, { text, seen });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/v1`;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  {
    text,
    seen,
  }: {
    readonly text: string;
    readonly seen: (body: Readonly<Record<string, unknown>>) => void;
  },
): Promise<void> {
  if (request.url?.endsWith('/models') === true) {
    sendJson(response, { object: 'list', data: [{ id: 'test-model', object: 'model' }] });
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(404).end();
    return;
  }
  const body: unknown = await json(request);
  if (isRecord(body)) seen(body);
  if (isRecord(body) && body['stream'] === true) {
    sendStream(response, text);
    return;
  }
  const message = { role: 'assistant', content: text };
  sendJson(response, {
    ...head('chat.completion'),
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  });
}

function isRecord(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null;
}

/** Chunks as OpenAI sends them: a role, the text, an end, the usage. */
function sendStream(response: ServerResponse, text: string): void {
  response.setHeader('content-type', 'text/event-stream');
  const chunks = [
    { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
    { choices: [{ index: 0, delta: { content: text }, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { choices: [], usage },
  ];
  for (const chunk of chunks) {
    response.write(`data: ${JSON.stringify({ ...head('chat.completion.chunk'), ...chunk })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function head(object: string): Record<string, unknown> {
  return { id: 'chat-1', object, created: 1, model: 'test-model' };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
