import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { examineEngine } from '../../src/doctor/index.ts';
import { broken, examine, findings, last, soundVLLM } from './support/examination.ts';
import { listening, onLoopback, says } from './support/proxies.ts';

describe('what makes everything else fail is the last finding', () => {
  it('nobody listens', async () => {
    const server = createServer();
    const baseURL = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const found = await examineEngine({ baseURL });
    expect(found).toMatchObject({ engine: null, version: null, model: null });
    expect(last(found)).toMatchObject({
      check: 'reachable',
      verdict: 'broken',
      finding: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('https: where http: is spoken', async () => {
    const plain = await onLoopback(soundVLLM());
    const found = await examineEngine({ baseURL: plain.url.replace('http:', 'https:') });
    await plain.close();
    expect(last(found)).toMatchObject({
      check: 'reachable',
      finding: expect.stringContaining('is it http: and not https:?'),
    });
  });

  it('a certificate that nobody trusts', async () => {
    const cause = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const found = await examine(() => Promise.reject(new TypeError('fetch failed', { cause })));
    expect(last(found)).toMatchObject({
      finding: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('a key that is wanted', async () => {
    const engine = soundVLLM();
    const locked: typeof fetch = async (input, init) =>
      new Headers(init?.headers).get('authorization') === 'Bearer k'
        ? engine(input, init)
        : Response.json({ error: 'Unauthorized' }, { status: 401 });
    expect(last(await examine(locked))).toMatchObject({
      check: 'reachable',
      finding: expect.stringContaining('unauthorised'),
      fix: expect.stringContaining('--key-env'),
    });
    expect(broken(await examine(locked, { apiKey: 'k' }))).toEqual([]);
  });

  it("Anthropic's own API, which is another one", async () => {
    const error = { type: 'authentication_error', message: 'x-api-key header is required' };
    const found = await examine(async () =>
      Response.json({ type: 'error', error }, { status: 401 }),
    );
    expect(last(found)).toMatchObject({
      check: 'reachable',
      fix: expect.stringContaining('anthropic().check()'),
    });
  });

  it('a model that it does not serve', async () => {
    const engine = soundVLLM();
    const choosy: typeof fetch = async (input, init) =>
      says(init, '"model":"absent"')
        ? Response.json({ error: { message: 'no such model' } }, { status: 404 })
        : engine(input, init);
    const found = await examine(choosy, { model: 'absent' });
    expect(broken(found)).toEqual(['model', 'answers']);
    expect(findings(found, 'model')).toMatchObject({ fix: 'use tiny' });
    expect(last(found)).toMatchObject({ finding: expect.stringContaining('not-found') });
  });

  it('an engine that hangs', async () => {
    const server = createServer(() => undefined);
    const found = await examineEngine({ baseURL: await listening(server), timeoutMs: 100 });
    server.closeAllConnections();
    server.close();
    expect(last(found)).toMatchObject({
      check: 'reachable',
      finding: expect.stringContaining('timed-out'),
    });
  });

  it('an engine that fails, or is overloaded', async () => {
    for (const [status, code] of [
      [500, 'server-error'],
      [429, 'rate-limited'],
    ] as const) {
      const engine = soundVLLM();
      const failing: typeof fetch = async (input, init) =>
        init?.method === 'POST'
          ? Response.json({ error: 'no' }, { status, headers: { 'retry-after': '3' } })
          : engine(input, init);
      expect(last(await examine(failing))).toMatchObject({
        check: 'answers',
        finding: expect.stringContaining(code),
      });
    }
  });

  it('something else than a server of models', async () => {
    const found = await examine(async () => new Response('<html>'));
    expect(last(found)).toMatchObject({
      check: 'reachable',
      finding: expect.stringContaining('bad-reply'),
    });
  });
});
