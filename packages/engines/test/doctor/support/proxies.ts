import { createServer, type Server } from 'node:http';

type Fetch = typeof globalThis.fetch;
type Body = Record<string, unknown>;

/** Something between the doctor and an engine that changes what the app sends. */
export function changingBody(inner: Fetch, change: (body: Body) => Body): Fetch {
  return (input, init) => {
    if (typeof init?.body !== 'string') return inner(input, init);
    return inner(input, { ...init, body: JSON.stringify(change(JSON.parse(init.body))) });
  };
}

/** Something between that changes what comes back. */
export function changingText(inner: Fetch, change: (text: string) => string): Fetch {
  return async (input, init) => {
    const { status, headers, ...response } = await inner(input, init).then(async (reply) => ({
      status: reply.status,
      headers: reply.headers,
      text: await reply.text(),
    }));
    return new Response(change(response.text), { status, headers });
  };
}

/** Answers chat completions in an order of their priorities, once all that were sent together have come. */
export function inOrder(inner: Fetch, compare: (a: number, b: number) => number): Fetch {
  let waiting: { readonly priority: number; readonly go: () => void }[] = [];
  const release = async (): Promise<void> => {
    const batch = waiting.toSorted((a, b) => compare(a.priority, b.priority));
    waiting = [];
    for (const { go } of batch) {
      go();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return async (input, init) => {
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    if (typeof body === 'object' && body !== null && 'priority' in body) {
      await new Promise<void>((go) => {
        if (waiting.length === 0) setImmediate(() => void release());
        waiting.push({ priority: Number(body.priority), go });
      });
    }
    return inner(input, init);
  };
}

/** @returns the server's URL */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** True where the body of a request has this text. */
export const says = (init: RequestInit | undefined, text: string): boolean =>
  typeof init?.body === 'string' && init.body.includes(text);

/** An HTTP server on loopback in front of a double. */
export async function onLoopback(
  inner: Fetch,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts).toString();
      const reply = await inner(`http://double${request.url ?? '/'}`, {
        method: request.method ?? 'GET',
        headers: { authorization: request.headers.authorization ?? '' },
        ...(body === '' ? {} : { body }),
      });
      response.writeHead(reply.status, Object.fromEntries(reply.headers));
      response.end(Buffer.from(await reply.arrayBuffer()));
    })();
  });
  return {
    url: await listening(server),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
