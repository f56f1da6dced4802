import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GgufHeaderWriter, tensorType } from '../../../src/embedded/model/gguf-writer.ts';
import { verifyModelFile } from '../../../src/embedded/model/verify-model.ts';
import { temporaryFolder } from './random-llama.ts';

describe('verifyModelFile', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
  });

  afterAll(() => rm(folder, { recursive: true }));

  const verify = async (bytes: Uint8Array): Promise<unknown> => {
    const path = join(folder, 'model.gguf');
    await writeFile(path, bytes);
    return verifyModelFile(path).catch((error: unknown) => error);
  };

  const codeOf = async (bytes: Uint8Array): Promise<unknown> => {
    const error = await verify(bytes);
    return error instanceof EngineError ? error.code : error;
  };

  it('accepts a whole file, whatever metadata it has', async () => {
    expect(await verify(smallModel())).toBeUndefined();
  });

  it('says that a missing file is missing, and what to do', async () => {
    const path = join(folder, 'nowhere.gguf');
    await expect(verifyModelFile(path)).rejects.toMatchObject({
      code: 'model-missing',
      value: path,
      message: expect.stringContaining(path),
    });
  });

  it('takes a folder for a missing file', async () => {
    const path = join(folder, 'folder.gguf');
    await mkdir(path);
    await expect(verifyModelFile(path)).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('finds every truncation', async () => {
    const whole = smallModel();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        const error = await verify(whole.subarray(0, length));
        expect(error).toMatchObject({ code: 'model-damaged' });
      }),
      { numRuns: 60 },
    );
  });

  it('never fails with another error on overwritten bytes of the header', async () => {
    const whole = smallModel();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 8 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        async (position, bytes) => {
          const damaged = Buffer.from(whole);
          damaged.set(bytes, position);
          const code = await codeOf(damaged);
          expect([undefined, 'model-damaged']).toContain(code);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [
      'text of another kind',
      Buffer.from('<!doctype html><title>404</title>'),
      /does not begin with/,
    ],
    ['GGUF of another version', Buffer.from('GGUF\u0009\0\0\0'), /version is 9/],
    [
      'counts beyond the file',
      Buffer.concat([Buffer.from('GGUF\u0003\0\0\0'), Buffer.alloc(16, 0x7f)]),
      /tensors in 24 bytes/,
    ],
  ])('refuses %s', async (_kind, bytes, message) => {
    expect(await verify(bytes)).toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(message),
    });
  });
});

function smallModel(): Buffer {
  const header = new GgufHeaderWriter();
  header.string('general.architecture', 'llama');
  header.uint32('llama.block_count', 1);
  header.float32('llama.rope.freq_base', 10_000);
  header.bool('tokenizer.ggml.add_bos_token', true);
  header.strings('tokenizer.ggml.tokens', ['<unk>', 'ä', '']);
  header.float32s('tokenizer.ggml.scores', [0, -1, -2]);
  header.int32s('tokenizer.ggml.token_type', [2, 1, 1]);
  const head = header.encode([
    { name: 'a.weight', dimensions: [5], type: tensorType.f32 },
    { name: 'b.weight', dimensions: [4, 8], type: tensorType.f16 },
  ]);
  // 5 values of 4 bytes, padded to 32, then 32 values of 2 bytes.
  return Buffer.concat([head, Buffer.alloc(32 + 64)]);
}
