import { EngineError, type EngineErrorCode } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../src/openai-compatible/index.ts';
import { openai } from '../../src/openai/index.ts';
import { openAIErrors, FakeOpenAI } from '../openai/support/fake-openai.ts';
import { HostedBench } from './support/hosted-bench.ts';
import { json, serveOnLoopback, type Loopback, type Sent } from './support/loopback.ts';

const own = { authorization: 'Bearer own-key' };
const body = {
  model: 'gpt-5.4',
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'hello' },
  ],
};

let fake: FakeOpenAI;
let server: Loopback;
beforeEach(async () => {
  fake = new FakeOpenAI();
  server = await serveOnLoopback(fake.answer);
});
afterEach(() => server.close());

const refusals: readonly (readonly [status: number, code: EngineErrorCode])[] = [
  [400, 'bad-request'],
  [401, 'unauthorised'],
  [404, 'not-found'],
  [429, 'rate-limited'],
  [500, 'server-error'],
  [503, 'server-error'],
];

const makers = { openai, openaiCompatible };
const names: readonly (keyof typeof makers)[] = ['openai', 'openaiCompatible'];

describe.each(names)('%s, when something is wrong', (name) => {
  const make = (timeoutMs = 10_000) =>
    makers[name]({ baseURL: `${server.origin}/v1`, apiKey: 'own-key', timeoutMs });

  it.each(refusals)(
    'a status %i is an EngineError to us and the same reply to the app',
    async (status, code) => {
      const fault = json(status, openAIErrors[status] ?? {}, { 'retry-after': '7' });
      fake.faults.push(fault, fault, fault);
      const engine = make();
      const bench = await HostedBench.open(engine, own);
      const error: unknown = await engine.check().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code, status, engine: engine.endpoint });
      expect(String(error)).toContain(`${server.origin}/v1/models`);
      const direct = await fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const through = await bench.send(body);
      expect([through.status, through.headers.get('retry-after'), await through.text()]).toEqual([
        direct.status,
        '7',
        await direct.text(),
      ]);
      expect(engine.load().running).toBe(0);
    },
  );

  it('a wrong URL is refused when the driver is made, and one where nobody listens when it is asked', async () => {
    for (const baseURL of ['nowhere', 'ftp://example.org', 'http://169.254.169.254/v1']) {
      expect(() => makers[name]({ baseURL })).toThrow(/base URL/);
    }
    const engine = make();
    const bench = await HostedBench.open(engine, own);
    await server.close();
    await expect(engine.check()).rejects.toMatchObject({ code: 'unreachable', status: 502 });
    await expect(bench.send(body)).rejects.toThrow(TypeError);
    expect(engine.load().running).toBe(0);
  });

  it('a server that hangs costs us our patience and the app what it would have cost', async () => {
    const hang: Sent = { status: 200, chunks: [], end: 'hang' };
    fake.faults.push(hang, hang);
    const engine = make(100);
    const bench = await HostedBench.open(engine, own);
    await expect(engine.check()).rejects.toMatchObject({ code: 'timed-out', status: 504 });
    const late = bench.send(body).then(
      () => 'answered',
      () => 'failed',
    );
    const soon = new Promise((resolve) => setTimeout(resolve, 200, 'still waiting'));
    expect(await Promise.race([late, soon])).toBe('still waiting');
    expect(engine.load().running).toBe(1);
    await server.close();
    expect(await late).toBe('failed');
  });

  it.each([true, false])(
    'a reply that is cut breaks where it was cut (stream: %s)',
    async (streams) => {
      fake.faults.push({
        status: 200,
        headers: { 'content-type': streams ? 'text/event-stream' : 'application/json' },
        chunks: streams ? ['data: {"choices":[]}\n\n', 'data: {"cho'] : ['{"usage": {'],
        end: 'cut',
      });
      const engine = make();
      const bench = await HostedBench.open(engine, own);
      const response = await bench.send({ ...body, stream: streams });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow(TypeError);
      expect(engine.load().running).toBe(0);
      expect(engine.bill().requests).toBe(0);
    },
  );

  it('passes whatever bytes a stream is made of', async () => {
    const engine = makers[name]({
      baseURL: 'http://127.0.0.1:1/v1',
      fetch: async (_, init) => {
        const bytes = Buffer.from(String(new Headers(init?.headers).get('x-bytes')), 'base64');
        const cuts = [0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length];
        return new Response(
          new ReadableStream({
            start(controller) {
              for (let at = 1; at < cuts.length; at++) {
                controller.enqueue(new Uint8Array(bytes.subarray(cuts[at - 1], cuts[at])));
              }
              controller.close();
            },
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        );
      },
    });
    const bench = await HostedBench.open(engine, own);
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          'data: {"usage":{"prompt_tokens":-1}}\n',
          'data: {"usage":null,"choices":[]}\n\n',
          'data: {"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\n',
          'data: [DONE]\n\n',
          'data: {"usage"',
          'event: x\r\n',
        )
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const bytes = Buffer.concat(lines);
        const response = await bench.send(
          { ...body, stream: true, stream_options: { include_usage: true } },
          { headers: { 'x-bytes': bytes.toString('base64') } },
        );
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(engine.load().running).toBe(0);
  });
});
