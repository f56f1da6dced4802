import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { EngineFault } from './engine-fault.ts';

/** Runs `use` with the URL of a proxy on 127.0.0.1 that has the fault and is otherwise the engine. */
export async function withFaultProxy<T>(
  engineURL: string,
  fault: EngineFault,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const { origin } = new URL(engineURL);
  const server = createServer((request, response) => {
    void pass(request, response, origin, fault).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await use(`http://127.0.0.1:${port}/v1`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  fault: EngineFault,
): Promise<void> {
  const sent = await text(request);
  const isChat = request.url?.endsWith('/chat/completions') === true;
  const { authorization } = request.headers;
  const reply = await fetch(`${origin}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: {
      ...(sent === '' ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(sent === '' ? {} : { body: isChat ? spoilt(sent, fault) : sent }),
  });
  const came = await reply.text();
  const type = reply.headers.get('content-type') ?? 'text/plain';
  response.writeHead(reply.status, { 'content-type': type });
  response.end(isChat ? (fault.reply?.(came) ?? came) : came);
}

function spoilt(sent: string, { request }: EngineFault): string {
  if (request === undefined) return sent;
  const body: unknown = JSON.parse(sent);
  return typeof body === 'object' && body !== null ? JSON.stringify(request({ ...body })) : sent;
}
