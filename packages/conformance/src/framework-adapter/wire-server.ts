import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { RequestBody } from '@entresol/runtime-core';
import { streamed, whole } from './wire-reply.ts';
import type { WireReply } from './wire-reply.ts';

/** One request as it came over the wire. */
export interface WireRequest {
  readonly body: RequestBody;
  /** Whose it is by its system message: `You are <role>.` */
  readonly role: string;
  /** Counts the requests of this role from 1. */
  readonly nth: number;
  /** What the runs of one session have in their prompts, such as `#A`; '' when there is none. */
  readonly label: string;
  /** Resolves when the client has gone before it was answered. */
  readonly gone: Promise<void>;
}

/** What an engine says to a request. */
export type Script = (request: WireRequest) => WireReply | Promise<WireReply>;

/** An OpenAI-compatible server on the loopback that answers from a script and keeps what it was sent. */
export class WireServer {
  readonly requests: WireRequest[] = [];
  readonly #script: Script;
  readonly #server: Server;

  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('no port');
    return `http://127.0.0.1:${address.port}/v1`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: string[] = [];
    for await (const part of incoming) parts.push(String(part));
    const body: RequestBody = JSON.parse(parts.join(''));
    const gone = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableEnded) resolve();
      });
    });
    const role = roleOf(body);
    const nth = this.requests.filter((request) => request.role === role).length + 1;
    const request: WireRequest = { body, role, nth, label: labelOf(body), gone };
    this.requests.push(request);
    const reply = await this.#script(request);
    if (reply.status !== undefined) {
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'scripted failure', type: 'scripted' } }));
      return;
    }
    // By role: the order of requests that run side by side must not show in a result.
    const id = `${role}-${nth}`;
    const isStream = body['stream'] === true;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type });
    response.end(isStream ? streamed(reply, body, id) : whole(reply, id));
  }
}

/** Text of the messages with one role, one after the other. */
export function textOf({ messages }: RequestBody, role: string): string {
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const said = list.filter(
    (message) =>
      typeof message === 'object' && message !== null && 'role' in message && message.role === role,
  );
  return said.map((message) => JSON.stringify(message)).join('\n');
}

function roleOf(body: RequestBody): string {
  return /You are (\w+)\./u.exec(textOf(body, 'system'))?.[1] ?? 'nobody';
}

function labelOf({ messages }: RequestBody): string {
  return /#\w+/u.exec(JSON.stringify(messages))?.[0] ?? '';
}
