import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as it reached the double. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Sent {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one after the other. */
  readonly chunks: readonly string[];
  /** `cut`: the connection breaks behind the last chunk. `hang`: nothing more comes, not even the head without chunks. */
  readonly end?: 'cut' | 'hang';
}

export interface Loopback {
  /** Without a path. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves a double on 127.0.0.1.
 * @param identity with which it speaks TLS
 */
export async function serveOnLoopback(
  answer: (received: Received) => Sent | Promise<Sent>,
  identity?: { readonly key: string; readonly cert: string },
): Promise<Loopback> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void reply(request, response, answer);
  };
  const server =
    identity === undefined ? createServer(listener) : createSecureServer(identity, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (received: Received) => Sent | Promise<Sent>,
): Promise<void> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const {
    status,
    headers: own,
    chunks,
    end,
  } = await answer({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    text,
  });
  if (end === 'hang' && chunks.length === 0) return;
  response.writeHead(status, { 'content-type': 'application/json', ...own });
  for (const chunk of chunks) {
    response.write(chunk);
    // So that chunks arrive as such.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (end === 'cut') response.destroy();
  else if (end !== 'hang') response.end();
}

export function json(status: number, value: unknown, headers: Sent['headers'] = {}): Sent {
  return { status, headers, chunks: [JSON.stringify(value)] };
}

/** A stream of server-sent events, one chunk each. */
export function events(payloads: readonly string[]): Sent {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    chunks: payloads,
  };
}
