import {
  EngineError,
  type CallPlan,
  type EngineDriver,
  type RequestBody,
} from '@entresol/runtime-core';
import { draftCall } from '@entresol/runtime-core/testing';
import {
  array,
  asyncProperty,
  assert,
  boolean,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  property,
  record,
  shuffledSubarray,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { llamaServer } from '../../src/llama-server/index.ts';
import { sglang } from '../../src/sglang/index.ts';
import { vllm } from '../../src/vllm/index.ts';
import { PassiveHost } from '../embedded/support/passive-host.ts';
import { FakeLlamaServer } from '../llama-server/support/fake-llama-server.ts';
import { FakeSGLang } from '../sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../vllm/support/fake-vllm.ts';

type Fetch = typeof globalThis.fetch;

const origin = 'http://127.0.0.1:9';
const baseURL = `${origin}/v1`;
const chatPath = '/v1/chat/completions';
const go: CallPlan = { verdict: 'go', annotate: {} };

/** Drivers, each with a double that answers everything but chats as it should. */
const engines: readonly (readonly [string, (fetch: Fetch) => EngineDriver, () => Fetch])[] = [
  ['vLLM', (fetch) => vllm({ baseURL, fetch, exclusive: true }), () => new FakeVLLM().fetch],
  ['SGLang', (fetch) => sglang({ baseURL, fetch, exclusive: true }), () => new FakeSGLang().fetch],
  ['llama-server', (fetch) => llamaServer({ baseURL, fetch }), () => new FakeLlamaServer().fetch],
];

interface Wire {
  readonly pieces: readonly Uint8Array[];
  readonly breaks: boolean;
  readonly streamed: boolean;
  readonly status: number;
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const usage = {
  prompt_tokens: 50,
  completion_tokens: 2,
  prompt_tokens_details: { cached_tokens: 32 },
};
const goodLines = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'yes' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], timings: { cache_n: 1 } },
  { choices: [], usage },
].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);

/** Lines of a stream as they should be, or anything else that a broken server or proxy may send in their place. */
const line: Arbitrary<Uint8Array> = oneof(
  constantFrom(
    ...goodLines,
    'data: [DONE]\n\n',
    '\r\n',
    ': ping\n\n',
    'data:',
    'data: {"usage":',
  ).map(encode),
  jsonValue().map((value) => encode(`data: ${JSON.stringify(value)}\n\n`)),
  jsonValue().map((value) =>
    encode(JSON.stringify({ usage: value, timings: value, choices: value })),
  ),
  uint8Array({ maxLength: 40 }),
  integer({ min: 1, max: 300_000 }).map((length) => encode(`data: ${'x'.repeat(length)}`)),
);
const reordered = shuffledSubarray(goodLines).map((lines) => lines.map(encode));
const truncated = integer({ min: 0, max: goodLines.join('').length }).map((length) => [
  encode(goodLines.join('').slice(0, length)),
]);
const wires: Arbitrary<Wire> = record({
  pieces: oneof(array(line, { maxLength: 8 }), reordered, truncated),
  breaks: boolean(),
  streamed: boolean(),
  status: constantFrom(200, 200, 200, 400, 429, 500),
});

function responseOf({ pieces, breaks, streamed, status }: Wire): Response {
  let next = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece !== undefined) controller.enqueue(Uint8Array.from(piece));
      else if (breaks) controller.error(new TypeError('terminated'));
      else controller.close();
    },
  });
  const type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json';
  return new Response(body, { status, headers: { 'content-type': type } });
}

const messages = [
  { role: 'system', content: Array.from({ length: 80 }, (_, at) => `word-${at}`).join(' ') },
  { role: 'user', content: 'hello' },
];

/** What an app reads: all bytes up to the end, and whether the end was a break. */
async function readAll(
  response: Response,
): Promise<{ readonly bytes: Buffer; readonly broke: boolean }> {
  const bytes: Uint8Array[] = [];
  try {
    for await (const piece of response.body ?? []) bytes.push(piece);
    return { bytes: Buffer.concat(bytes), broke: false };
  } catch {
    return { bytes: Buffer.concat(bytes), broke: true };
  }
}

function pathOf(input: Parameters<Fetch>[0]): string {
  return new URL(input instanceof Request ? input.url : input).pathname;
}

describe.each(engines)('%s', (_, make, doubled) => {
  it('gives the app the bytes that came, whatever came', { timeout: 60_000 }, async () => {
    let wire: Wire | undefined;
    const double = doubled();
    const fetch: Fetch = async (input, init) =>
      wire !== undefined && pathOf(input) === chatPath ? responseOf(wire) : double(input, init);
    const driver = make(fetch);
    await driver.open(new PassiveHost());
    let call = 0;
    await assert(
      asyncProperty(wires, async (one) => {
        wire = one;
        const body: RequestBody = {
          model: 'tiny',
          messages,
          max_tokens: 4,
          // Asked for by the app, so that nothing has to be taken out of what comes.
          ...(one.streamed ? { stream: true, stream_options: { include_usage: true } } : {}),
        };
        call += 1;
        const identity = {
          workload: 'w',
          dispatch: 'd',
          call: `call-${call}`,
          attempt: 1,
          metadata: {},
          agent: 'a',
          session: `s-${call % 3}`,
        };
        const sent = driver.decorate(body, go, draftCall(identity, body, driver, undefined));
        const plain = await readAll(responseOf(one));
        const response = await driver.transport.fetch(`${baseURL}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify(sent),
        });
        const got = { status: response.status, ...(await readAll(response)) };
        expect(got.status).toBe(one.status);
        expect(got.broke).toBe(plain.broke);
        expect(got.bytes.equals(plain.bytes)).toBe(true);
        expect(driver.load().running).toBe(0);
      }),
      { numRuns: 200 },
    );
    await driver.close();
  });

  it('reads usage out of any JSON, or none', () => {
    const driver = make(doubled());
    const usages = record({ usage: jsonValue(), timings: jsonValue(), meta_info: jsonValue() });
    assert(
      property(oneof(jsonValue(), usages), (reply) => {
        const read = driver.usage(reply);
        expect(read === undefined || Number.isFinite(read.input)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('opens before a server that says anything, or says what is wrong with it', async () => {
    const told = record({
      status: constantFrom(200, 200, 404, 500),
      text: oneof(
        jsonValue().map((value) => JSON.stringify(value)),
        uint8Array({ maxLength: 60 }).map((bytes) => new TextDecoder().decode(bytes)),
      ),
      at: integer({ min: 0, max: 4 }),
    });
    await assert(
      asyncProperty(told, async ({ status, text, at }) => {
        let asked = 0;
        const double = doubled();
        // One of the first answers is another one.
        const driver = make(async (input, init) =>
          asked++ === at ? new Response(text, { status }) : double(input, init),
        );
        const opened = await driver.open(new PassiveHost()).then(
          () => true,
          (error: unknown) => error instanceof EngineError,
        );
        expect(opened).toBe(true);
        await driver.close();
      }),
      { numRuns: 60 },
    );
  });
});
