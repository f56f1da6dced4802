import { createRuntime, type Policy } from '@entresol/runtime-core';
import { scriptedLink } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { subjects } from './support/subjects.ts';

const foreseeing: Policy = {
  name: 'foresees',
  mode: 'on',
  interference: 'endpoint',
  predict: { reuse: () => 1 },
};

interface Wire {
  readonly type: string;
  readonly chunks: readonly Uint8Array[];
  /** The connection breaks behind the last chunk. */
  readonly cut: boolean;
}

const encoder = new TextEncoder();
const huge = encoder.encode(`data: {"usage": "${'x'.repeat(1_200_000)}"}\n\n`);

/** Any bytes, lines of the API in any order, valid and not, and now and then a line of more than a megabyte. */
const streamOf = (lines: readonly string[]): fc.Arbitrary<Uint8Array[]> =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...lines).map((line) => encoder.encode(line)) },
      { weight: 2, arbitrary: fc.uint8Array({ maxLength: 40 }) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...lines), fc.nat({ max: 60 }))
          .map(([line, at]) => encoder.encode(line).slice(0, at)),
      },
      { weight: 2, arbitrary: fc.json().map((text) => encoder.encode(`data: ${text}\n\n`)) },
      { weight: 1, arbitrary: fc.constantFrom(encoder.encode('event: x\r\n'), huge) },
    ),
    { maxLength: 12 },
  );

const wireOf = (lines: readonly string[]): fc.Arbitrary<Wire> =>
  fc.record({
    type: fc.constantFrom('text/event-stream', 'application/json', 'text/html'),
    chunks: fc.oneof(
      streamOf(lines),
      fc.json().map((text) => [encoder.encode(text)]),
    ),
    cut: fc.boolean(),
  });

/** What a reader gets: the bytes, and whether they ended or broke. */
async function read(response: Response): Promise<{ readonly bytes: Buffer; readonly how: string }> {
  const parts: Uint8Array[] = [];
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) return { bytes: Buffer.concat(parts), how: 'ended' };
      parts.push(value);
    }
  } catch {
    return { bytes: Buffer.concat(parts), how: 'broke' };
  }
}

function replyWith({ type, chunks, cut }: Wire): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[at++];
        if (chunk !== undefined) controller.enqueue(chunk);
        else if (cut) controller.error(new TypeError('terminated'));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': type } });
}

const names: readonly (keyof typeof subjects)[] = ['openai', 'openaiCompatible', 'anthropic'];

describe.each(names)('%s, whatever comes back', (name) => {
  const { make, path, headers, body, lines } = subjects[name];

  it('gives the app the bytes that came, and throws nothing of its own', async () => {
    let wire: Wire = { type: '', chunks: [], cut: false };
    const engine = make({
      baseURL: 'http://127.0.0.1:1/v1',
      apiKey: 'own-key',
      fetch: async () => replyWith(wire),
    });
    const runtime = createRuntime({ engines: engine, policies: [foreseeing] });
    onTestFinished(() => runtime.close());
    runtime.link(scriptedLink(() => ({ agent: 'a', session: 's' })));
    const { baseURL, fetch } = runtime.client();
    await fc.assert(
      fc.asyncProperty(wireOf(lines), fc.boolean(), async (sent, streams) => {
        wire = sent;
        // Usage is asked for, so that no chunk of it is folded away.
        const asks =
          path === '/chat/completions' ? { stream_options: { include_usage: true } } : {};
        const text = JSON.stringify({ ...body, ...(streams ? { stream: true, ...asks } : {}) });
        const whole = Buffer.concat(sent.chunks);
        const got = await read(
          await fetch(`${baseURL}${path}`, { method: 'POST', headers, body: text }),
        );
        expect(got.how).toBe(sent.cut ? 'broke' : 'ended');
        expect(got.bytes.equals(whole)).toBe(true);
      }),
      { numRuns: 150 },
    );
    expect(engine.load().running).toBe(0);
    expect(runtime.report().unmanagedCalls).toBe(0);
  });

  it('reads any JSON, and no count below 0 out of it', () => {
    const engine = make({ baseURL: 'http://127.0.0.1:1/v1' });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(engine.usage(value)?.input ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('takes any JSON body for a call, and sends what it cannot read as it is', async () => {
    const sent: unknown[] = [];
    const engine = make({
      baseURL: 'http://127.0.0.1:1/v1',
      fetch: async (_, init) => {
        sent.push(init?.body);
        return Response.json({});
      },
    });
    const runtime = createRuntime({ engines: engine, policies: [foreseeing] });
    onTestFinished(() => runtime.close());
    runtime.link(scriptedLink(() => ({ agent: 'a', session: 's' })));
    const { baseURL, fetch } = runtime.client();
    const url = `${baseURL}${path}`;
    const fields = fc.record(
      {
        model: fc.jsonValue(),
        messages: fc.oneof(fc.jsonValue(), fc.array(fc.record({ role: fc.jsonValue() }))),
        system: fc.jsonValue(),
        tools: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fields, async (odd) => {
        const text = JSON.stringify(odd);
        const response = await fetch(url, { method: 'POST', headers, body: text });
        expect(await response.text()).toBe('{}');
        const sentBody: unknown = JSON.parse(String(sent.at(-1)));
        // Nothing is added that is not known to be understood, and nothing is left out.
        expect(Object.keys(Object(sentBody))).toEqual(
          expect.arrayContaining(Object.keys(JSON.parse(text))),
        );
      }),
      { numRuns: 150 },
    );
    expect(engine.load().running).toBe(0);
  });
});
