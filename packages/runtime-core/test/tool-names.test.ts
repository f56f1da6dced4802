import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { renameInReply, renameInStream } from '../src/tool-names.ts';

const names = new Map([['extract', 'extract-7']]);
const encoder = new TextEncoder();

async function throughStream(text: string, cuts: readonly number[]): Promise<string> {
  const bytes = encoder.encode(text);
  const bounds = [
    0,
    ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b),
    bytes.length,
  ];
  const chunks = bounds.slice(1).map((end, at) => bytes.slice(bounds[at], end));
  return new Response(ReadableStream.from(chunks).pipeThrough(renameInStream(names))).text();
}

const delta = (name: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content: 'é "extract"', tool_calls: [{ index: 0, function: { name, arguments: '' } }] } }] })}\n\n`;

it('gives a streamed tool call its own name back, wherever the chunks are cut', async () => {
  const text = `: hello\n\n${delta('extract')}${delta('other')}data: [DONE]\n\n`;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1_000), { maxLength: 8 }), async (cuts) => {
      const wanted = `: hello\n\n${delta('extract-7')}${delta('other')}data: [DONE]\n\n`;
      expect(await throughStream(text, cuts)).toBe(wanted);
    }),
    { seed: 7 },
  );
});

it('gives a call of the Responses API its own name back', () => {
  const reply = { output: [{ type: 'function_call', name: 'extract', arguments: '{}' }] };
  const told = renameInReply(encoder.encode(JSON.stringify(reply)), names);
  expect(told).toBe(JSON.stringify({ output: [{ ...reply.output[0], name: 'extract-7' }] }));
});

const start = (content_block: object): string =>
  `event: content_block_start\ndata: ${JSON.stringify({ type: 'content_block_start', index: 0, content_block })}\n\n`;

it("gives a call of Anthropic's API its own name back, in a stream too", async () => {
  const block = { type: 'tool_use', id: '1', name: 'extract', input: {} };
  const own = { ...block, name: 'extract-7' };
  const told = renameInReply(encoder.encode(JSON.stringify({ content: [block] })), names);
  expect(told).toBe(JSON.stringify({ content: [own] }));
  expect(await throughStream(start(block), [11])).toBe(start(own));
});

it('leaves a reply that only speaks of the tool as it came', () => {
  const bytes = encoder.encode('{"choices":[{"message":{"content":"extract","name":"extract"}}]}');
  expect(renameInReply(bytes, names)).toBe(bytes);
});
