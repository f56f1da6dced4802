import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLlama } from '../../../src/embedded/llama.ts';
import type { LlamaPort, LlamaSequence } from '../../../src/embedded/llama-port.ts';
import { ensureRandomModel } from '../../../src/embedded/model/random-model.ts';
import { joinStates, readStateLayout, tailOf } from '../../../src/embedded/tier/state-layout.ts';
import type { StateLayout } from '../../../src/embedded/tier/state-layout.ts';

const headTokens = 24;
const prompt = Int32Array.from({ length: 60 }, (_, at) => 300 + ((at * 37) % 200));

let folder: string;
let port: LlamaPort;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entresol-layout-'));
  const { path } = await ensureRandomModel();
  port = await openLlama({
    modelPath: path,
    slots: 3,
    contextTokens: 256,
    batchTokens: 64,
    threads: 1,
    gpu: undefined,
    signal: undefined,
  });
});

afterAll(async () => {
  await port.close();
  await rm(folder, { recursive: true });
});

function sequenceAt(index: number): LlamaSequence {
  const sequence = port.sequences[index];
  if (sequence === undefined) throw new RangeError(`no sequence ${index}`);
  return sequence;
}

async function savedBytes(sequence: LlamaSequence): Promise<Buffer> {
  const path = join(folder, 'one.state');
  await sequence.save(path);
  return readFile(path);
}

function layout(bytes: Buffer): StateLayout {
  const found = readStateLayout(bytes);
  if (found === undefined) throw new Error('the state could not be read');
  return found;
}

async function firstToken(sequence: LlamaSequence): Promise<number> {
  for await (const token of sequence.generate(Int32Array.of(400), { temperature: 0, seed: 1 })) {
    return token;
  }
  throw new Error('nothing was generated');
}

describe('a saved sequence state taken apart', () => {
  it('is the same bytes when its head and its tail are joined again', async () => {
    const sequence = sequenceAt(0);
    await sequence.trim(0);
    await sequence.prefill(prompt.subarray(0, headTokens), 'request');
    const head = await savedBytes(sequence);
    await sequence.prefill(prompt.subarray(headTokens), 'request');
    const whole = await savedBytes(sequence);
    const tail = tailOf(layout(whole), headTokens);
    // 12 bytes of file head, then tokens, cells and tensors of 36 positions instead of 60.
    expect(tail.length).toBeLessThan(whole.length - head.length + 200);
    expect(joinStates(layout(head), layout(tail))?.equals(whole)).toBe(true);
  });

  it('continues as the whole one does when the head comes from another sequence', async () => {
    const [one, two, three] = [sequenceAt(0), sequenceAt(1), sequenceAt(2)];
    for (const sequence of [one, two]) await sequence.trim(0);
    await two.prefill(prompt.subarray(0, headTokens), 'request');
    const head = await savedBytes(two);
    await one.prefill(prompt, 'request');
    // An erased and rewritten end leaves cells where they fit, not where they follow.
    await one.trim(40);
    await one.prefill(prompt.subarray(40), 'request');
    const whole = await savedBytes(one);
    const joined = joinStates(layout(head), layout(tailOf(layout(whole), headTokens)));
    const path = join(folder, 'joined.state');
    await writeFile(path, joined ?? Buffer.alloc(0));
    await three.load(path);
    expect([...three.contents()]).toEqual([...prompt]);
    expect(await firstToken(three)).toBe(await firstToken(one));
  });

  it('is not read when a byte is missing, added, or of another version', async () => {
    const sequence = sequenceAt(0);
    await sequence.trim(0);
    await sequence.prefill(prompt, 'request');
    const whole = await savedBytes(sequence);
    expect(readStateLayout(whole.subarray(0, whole.length - 1))).toBeUndefined();
    expect(readStateLayout(Buffer.concat([whole, Buffer.alloc(4)]))).toBeUndefined();
    const newer = Buffer.from(whole);
    newer.writeUInt32LE(99, 4);
    expect(readStateLayout(newer)).toBeUndefined();
    expect(readStateLayout(Buffer.alloc(0))).toBeUndefined();
  });
});
