import { readFile } from 'node:fs/promises';
import { array, assert, asyncProperty, constantFrom, nat, oneof, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchStream, type ReplyEnd } from '../../src/llama-server/reply-watch.ts';

const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`fixtures/${name}`, import.meta.url));

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** The bytes cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))];
  const sorted = [0, ...ends.toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, at) => bytes.slice(sorted[at], end));
}

async function passed(chunks: readonly Uint8Array[]): Promise<{ bytes: Buffer; ends: ReplyEnd[] }> {
  const ends: ReplyEnd[] = [];
  const out: Uint8Array[] = [];
  for await (const bytes of watchStream(streamOf(chunks), 0, (end) => ends.push(end)))
    out.push(bytes);
  return { bytes: Buffer.concat(out), ends };
}

describe('watchStream', () => {
  it('gives the chunk with the timings the usage that follows from them', async () => {
    const { bytes, ends } = await passed([await fixture('stream.xllamacpp-2026.10.11549.txt')]);
    const last = bytes
      .toString()
      .split('\n')
      .findLast((line) => line.includes('"usage"'));
    expect(JSON.parse(last?.slice('data:'.length) ?? '')).toMatchObject({
      choices: [{ finish_reason: 'length' }],
      usage: {
        prompt_tokens: 8,
        completion_tokens: 3,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
    expect(ends).toMatchObject([
      { how: 'done', begun: true, timings: { cache_n: 0, prompt_n: 8 } },
    ]);
  });

  it('passes a stream that has its usage byte for byte, however it is cut', async () => {
    const whole = await fixture('stream-usage.xllamacpp-2026.10.11549.txt');
    await assert(
      asyncProperty(array(nat(4_000), { maxLength: 40 }), async (places) => {
        const { bytes, ends } = await passed(cut(whole, places));
        expect(bytes.equals(whole)).toBe(true);
        expect(ends).toMatchObject([{ how: 'done', timings: { cache_n: 7, prompt_n: 1 } }]);
      }),
      { numRuns: 60 },
    );
  });

  it('passes whatever else comes byte for byte, and never throws', async () => {
    const pieces = oneof(
      uint8Array({ maxLength: 60 }),
      constantFrom(
        'data: {"timings":',
        'data: {"timings":{"prompt_n":-1}}\n',
        'data: [1,2]\n\n',
        'data:\n',
        ': comment\n',
        '\r\n',
      ).map((text) => new TextEncoder().encode(text)),
    );
    await assert(
      asyncProperty(array(pieces, { maxLength: 30 }), async (chunks) => {
        const { bytes, ends } = await passed(chunks);
        expect(bytes.equals(Buffer.concat(chunks))).toBe(true);
        expect(ends).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });

  it('says that a stream broke, and lets the app have the error', async () => {
    const ends: ReplyEnd[] = [];
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError('terminated')),
    });
    const reader = watchStream(broken, 0, (end) => ends.push(end)).getReader();
    await expect(reader.read()).rejects.toThrow('terminated');
    expect(ends).toMatchObject([{ how: 'failed', begun: false }]);
  });

  it('tells a reader that left before the end from one that left after it', async () => {
    const whole = await fixture('stream-usage.xllamacpp-2026.10.11549.txt');
    const first = whole.subarray(0, whole.indexOf('\n\n') + 2);
    for (const [chunk, how] of [
      [first, 'aborted'],
      [whole, 'done'],
    ] as const) {
      const ends: ReplyEnd[] = [];
      const reader = watchStream(streamOf([chunk]), 0, (end) => ends.push(end)).getReader();
      // A line at a time comes out, so the rest has been read when the first one has.
      await reader.read();
      await reader.cancel();
      expect(ends).toMatchObject([{ how, begun: true }]);
    }
  });
});
