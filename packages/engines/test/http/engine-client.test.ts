import { EngineError } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EngineClient } from '../../src/http/engine-client.ts';

const schema = z.object({ ok: z.boolean() });

function clientOf(
  fetch: typeof globalThis.fetch,
  timeoutMs = 1_000,
): { readonly client: EngineClient; readonly lost: EngineError[] } {
  const lost: EngineError[] = [];
  const client = new EngineClient({
    engine: 'an-engine',
    root: 'http://127.0.0.1:9',
    apiKey: 'secret',
    fetch,
    timeoutMs,
    onUnreachable: (error) => lost.push(error),
  });
  return { client, lost };
}

const answering = (status: number, text: string, headers: Record<string, string> = {}) =>
  clientOf(async () => new Response(text, { status, headers }));

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('EngineClient', () => {
  it('reads what it expects, with its own credential and without following redirects', async () => {
    let seen: RequestInit | undefined;
    const { client } = clientOf(async (_, init) => {
      seen = init;
      return Response.json({ ok: true });
    });
    expect(await client.post('/x', { a: 1 }, schema)).toEqual({ ok: true });
    expect(seen).toMatchObject({
      redirect: 'error',
      headers: { authorization: 'Bearer secret' },
      body: '{"a":1}',
    });
  });

  it.each([
    [401, 'unauthorised', /apiKey/],
    [404, 'not-found', /URL right/],
    [400, 'bad-request', /own words/],
    [429, 'rate-limited', /7 s/],
    [500, 'server-error', /log/],
    [501, 'unsupported-field', /flag/],
    [503, 'server-error', /log/],
  ])('names engine, URL, status and a way out of status %i', async (status, code, wayOut) => {
    const { client, lost } = answering(status, '{"error":"why"}', { 'retry-after': '7' });
    const error = await failure(client.get('/x', schema));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      code,
      status,
      engine: 'an-engine',
      value: 'http://127.0.0.1:9/x',
    });
    expect(String(error)).toMatch(wayOut);
    expect(String(error)).toContain(`http://127.0.0.1:9/x answered with status ${status}`);
    expect(String(error)).not.toContain('secret');
    expect(lost).toHaveLength(status === 503 ? 1 : 0);
  });

  it.each(['', '<html>', '{"ok":"yes"}', '[]', 'null'])(
    'does not take %j for an answer',
    async (text) => {
      const error = await failure(answering(200, text).client.get('/x', schema));
      expect(error).toMatchObject({ code: 'bad-reply' });
    },
  );

  it('says that nobody listens, and tells who wants to know', async () => {
    const { client, lost } = clientOf(async () => {
      throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    });
    expect(await failure(client.get('/x', schema))).toMatchObject({ code: 'unreachable' });
    expect(lost).toMatchObject([{ code: 'unreachable', message: /ECONNREFUSED/ }]);
  });

  it('gives a server that hangs its time and no more', async () => {
    const { client, lost } = clientOf(hanging, 5);
    expect(await failure(client.get('/x', schema))).toMatchObject({ code: 'timed-out' });
    expect(lost).toHaveLength(1);
  });

  it('ends with the reason of an abort, which says nothing about the server', async () => {
    const { client, lost } = clientOf(hanging);
    const why = new Error('changed my mind');
    const abort = new AbortController();
    const asked = failure(client.get('/x', schema, { signal: abort.signal }));
    abort.abort(why);
    expect(await asked).toBe(why);
    expect(lost).toEqual([]);
  });
});

const hanging: typeof globalThis.fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
  });
