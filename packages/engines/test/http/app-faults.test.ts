import {
  createRuntime,
  EngineError,
  type EngineDriver,
  type EngineErrorCode,
  type RequestBody,
} from '@entresol/runtime-core';
import { scriptedLink } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { llamaServer } from '../../src/llama-server/index.ts';
import { sglang } from '../../src/sglang/index.ts';
import { vllm } from '../../src/vllm/index.ts';
import {
  json,
  serveOnLoopback,
  type Loopback,
  type Received,
  type Sent,
} from '../hosted/support/loopback.ts';
import { subjects } from '../hosted/support/subjects.ts';
import { FakeLlamaServer } from '../llama-server/support/fake-llama-server.ts';
import { FakeSGLang } from '../sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../vllm/support/fake-vllm.ts';

type Fetch = typeof globalThis.fetch;
type Answer = (received: Received) => Sent | Promise<Sent>;

interface Subject {
  readonly make: (baseURL: string, timeoutMs?: number) => EngineDriver;
  readonly answer: () => Answer;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody;
}

const server = (fetch: Fetch): Answer => {
  return async ({ method, path, headers, text }) => {
    const reply = await fetch(`http://double${path}`, {
      method,
      headers: { authorization: headers['authorization'] ?? '' },
      ...(text === '' ? {} : { body: text }),
    });
    const type = reply.headers.get('content-type') ?? 'text/plain';
    return {
      status: reply.status,
      headers: { 'content-type': type },
      chunks: [await reply.text()],
    };
  };
};

const chat = {
  path: '/chat/completions',
  headers: { authorization: 'Bearer none' },
  body: { model: 'tiny', max_tokens: 2, messages: [{ role: 'user', content: 'hello' }] },
};
const hosted = ({ make, double, path, headers, body }: (typeof subjects)['openai']): Subject => ({
  make: (baseURL, timeoutMs = 10_000) => make({ baseURL, apiKey: 'own-key', timeoutMs }),
  answer: () => double().answer,
  path,
  headers,
  body,
});

const selfHosted: Readonly<Record<string, Subject>> = {
  'llama-server': {
    ...chat,
    make: (baseURL, timeoutMs = 10_000) => llamaServer({ baseURL, timeoutMs }),
    answer: () => server(new FakeLlamaServer().fetch),
  },
  vllm: {
    ...chat,
    make: (baseURL, timeoutMs = 10_000) => vllm({ baseURL, timeoutMs, exclusive: true }),
    answer: () => server(new FakeVLLM().fetch),
  },
  sglang: {
    ...chat,
    make: (baseURL, timeoutMs = 10_000) => sglang({ baseURL, timeoutMs, exclusive: true }),
    answer: () => server(new FakeSGLang().fetch),
  },
};
const all: Readonly<Record<string, Subject>> = {
  ...selfHosted,
  openai: hosted(subjects.openai),
  anthropic: hosted(subjects.anthropic),
  'openai-compatible': hosted(subjects.openaiCompatible),
};

const stream = { 'content-type': 'text/event-stream' };
const event = 'data: {"choices":[{"index":0,"delta":{"content":"ye"}}]}\n\n';
const refused = (status: number): Sent =>
  json(status, { error: { message: `status ${status}` } }, { 'retry-after': '7' });

interface Fault {
  readonly what: string;
  readonly sent: Sent;
  readonly asked?: RequestBody;
}

const faults: readonly Fault[] = [
  ...[400, 401, 404, 422, 429, 500, 502, 503].map((status): Fault => ({
    what: `a status ${status}`,
    sent: refused(status),
  })),
  { what: 'something else than JSON', sent: { status: 200, chunks: ['<html>'] } },
  {
    what: 'a reply that is cut',
    sent: { status: 200, chunks: ['{"usage": {', '"pro'], end: 'cut' },
  },
  {
    what: 'a stream that is cut',
    sent: { status: 200, headers: stream, chunks: [event, 'data: {"cho'], end: 'cut' },
    asked: { stream: true },
  },
  { what: 'no answer at all', sent: { status: 200, chunks: [], end: 'hang' } },
  {
    what: 'a stream that stands still',
    sent: { status: 200, headers: stream, chunks: [event], end: 'hang' },
    asked: { stream: true },
  },
];

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

/** All that an app can tell of a request: what came, and how it ended. */
async function seen(request: Promise<Response>): Promise<object> {
  let response: Response;
  try {
    response = await request;
  } catch (error) {
    return { rejected: nameOf(error) };
  }
  const { status, headers } = response;
  const told = {
    status,
    type: headers.get('content-type'),
    retryAfter: headers.get('retry-after'),
  };
  const parts: Uint8Array[] = [];
  const text = (): string => Buffer.concat(parts).toString();
  try {
    for await (const part of response.body ?? []) parts.push(part);
    return { ...told, text: text() };
  } catch (error) {
    return { ...told, text: text(), broke: nameOf(error) };
  }
}

let fault: Sent | undefined;
let loopback: Loopback;
beforeEach(() => {
  fault = undefined;
});
afterEach(() => loopback.close());

async function setting({ make, answer, path, headers, body }: Subject) {
  const sound = answer();
  loopback = await serveOnLoopback((received) =>
    fault !== undefined && received.path.endsWith(path) ? fault : sound(received),
  );
  const driver = make(`${loopback.origin}/v1`);
  const runtime = createRuntime({ engines: driver });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  runtime.link(scriptedLink(() => ({ agent: 'a', session: 's' })));
  const ask = (fetch: Fetch, asked: RequestBody = {}): Promise<object> =>
    seen(
      fetch(`${loopback.origin}/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...body, ...asked }),
        // Long enough for a machine that does other things, where an answer comes at all.
        signal: AbortSignal.timeout(fault?.end === 'hang' ? 300 : 30_000),
      }),
    );
  return { driver, runtime, ask };
}

describe.each(Object.entries(all))('%s: the app gets what it would have got', (_, subject) => {
  it.each(faults)('$what', async ({ sent, asked }) => {
    const { driver, runtime, ask } = await setting(subject);
    const managed = runtime.client().fetch;
    await ask(managed);
    fault = sent;
    expect(await ask(managed, asked)).toEqual(await ask(fetch, asked));
    expect(driver.load().running).toBe(0);
    fault = undefined;
    expect(await ask(managed)).toMatchObject({ status: 200 });
    expect(runtime.report()).toMatchObject({ managedCalls: 3, unmanagedCalls: 0 });
  });

  it('a server that is gone', async () => {
    const { driver, runtime, ask } = await setting(subject);
    await loopback.close();
    expect(await ask(runtime.client().fetch)).toEqual(await ask(fetch));
    expect(driver.load().running).toBe(0);
  });
});

const own: readonly (readonly [what: string, sent: Sent, code: EngineErrorCode])[] = [
  ['a key that is not known', refused(401), 'unauthorised'],
  ['another kind of server', refused(404), 'not-found'],
  ['a server that asks for patience', refused(429), 'rate-limited'],
  ['a server that fails', refused(500), 'server-error'],
  ['something else than JSON', { status: 200, chunks: ['<html>'] }, 'bad-reply'],
  ['a server that hangs', { status: 200, chunks: [], end: 'hang' }, 'timed-out'],
];

describe.each(Object.entries(selfHosted))(
  '%s: our own calls fail with an EngineError',
  (name, subject) => {
    it.each(own)('on %s', async (_what, sent, code) => {
      loopback = await serveOnLoopback(() => sent);
      const driver = subject.make(`${loopback.origin}/v1`, sent.end === 'hang' ? 100 : 10_000);
      const runtime = createRuntime({ engines: driver });
      onTestFinished(() => runtime.close());
      const error: unknown = await runtime.ready.then(
        // A server that may be up soon is waited for, and asked for its state it says why.
        () => reasonOf(driver),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({
        engine: name,
        code,
        value: expect.stringContaining(loopback.origin),
      });
      expect(String(error)).toMatch(/[?.]$/u);
    });
  },
);

function reasonOf(driver: EngineDriver): unknown {
  try {
    return 'info' in driver && typeof driver.info === 'function' ? driver.info() : undefined;
  } catch (error) {
    return error;
  }
}
