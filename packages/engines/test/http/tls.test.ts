import { EngineError } from '@entresol/runtime-core';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { llamaServer } from '../../src/llama-server/index.ts';
import { sglang } from '../../src/sglang/index.ts';
import { vllm } from '../../src/vllm/index.ts';
import { PassiveHost } from '../embedded/support/passive-host.ts';
import { HostedBench } from '../hosted/support/hosted-bench.ts';
import { json, serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { subjects } from '../hosted/support/subjects.ts';

const hosted: readonly (keyof typeof subjects)[] = ['openai', 'openaiCompatible', 'anthropic'];
const served = { vllm, sglang, llamaServer };
const names: readonly (keyof typeof served)[] = ['vllm', 'sglang', 'llamaServer'];

/** What an engine's own request came to. */
function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => 'answered',
    (reason: unknown) => reason,
  );
}

describe('a server whose certificate nobody vouches for', () => {
  let server: Loopback;
  let requests = 0;
  beforeEach(async () => {
    const identity = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    requests = 0;
    server = await serveOnLoopback(
      () => {
        requests += 1;
        return json(200, {});
      },
      { key: identity.private, cert: identity.cert },
    );
  });
  afterEach(() => server.close());

  const untrusted = (engine: string) => ({
    code: 'unreachable',
    status: 502,
    engine,
    message: expect.stringMatching(
      new RegExp(
        `^${engine}: ${server.origin}/\\S+ .*self-signed certificate.*NODE_EXTRA_CA_CERTS`,
      ),
    ),
  });

  it.each(hosted)(
    '%s says whose it is, where, and what to do; the app hears what it would',
    async (name) => {
      const { make, headers, path, body } = subjects[name];
      const engine = make({ baseURL: `${server.origin}/v1`, apiKey: 'own-key' });
      const bench = await HostedBench.open(engine, headers);
      const error = await failureOf(engine.check());
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject(untrusted(engine.endpoint));
      const direct = await failureOf(fetch(`${server.origin}/v1${path}`));
      const through = await failureOf(bench.send(body, { path }));
      expect(String(through)).toBe(String(direct));
      // No key has left this process.
      expect(requests).toBe(0);
    },
  );

  it.each(names)('%s says so when it is asked what it is', async (name) => {
    const engine = served[name]({ baseURL: `${server.origin}/v1`, apiKey: 'own-key' });
    await engine.open(new PassiveHost());
    const error = await failureOf(Promise.resolve().then(() => engine.info()));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject(untrusted(engine.endpoint));
    expect(requests).toBe(0);
    await engine.close();
  });
});

describe('a server that speaks no TLS', () => {
  it.each(hosted)('%s asks whether the URL should begin with http:', async (name) => {
    const server = await serveOnLoopback(() => json(200, {}));
    const baseURL = server.origin.replace('http:', 'https:');
    const engine = subjects[name].make({ baseURL: `${baseURL}/v1`, apiKey: 'own-key' });
    const error = await failureOf(engine.check());
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/does not speak TLS there: is it http:/),
    });
    await engine.close();
    await server.close();
  });
});
