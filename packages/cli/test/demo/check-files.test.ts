import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';
import { FlagError, checkFiles } from '../../src/demo/check-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entresol-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(...flags: string[]): Promise<void> {
  const parsed = parseCommandLine(['demo', ...flags]);
  if (parsed.kind !== 'demo') throw new Error(JSON.stringify(parsed));
  await checkFiles(parsed.options);
}

test('a GGUF file and a new file in a folder are accepted', async () => {
  const model = join(folder, 'model.gguf');
  await writeFile(model, 'GGUF and the rest');
  await expect(
    check('--model', model, '--record', join(folder, 'events.jsonl')),
  ).resolves.toBeUndefined();
});

test('a model that is not there is named, with the way out', async () => {
  const model = join(folder, 'absent.gguf');
  await expect(check('--model', model)).rejects.toThrow(FlagError);
  await expect(check('--model', model)).rejects.toThrow(/absent\.gguf.*ENOENT.*random weights/u);
});

test('a model in another format is refused before anything starts', async () => {
  const model = join(folder, 'model.bin');
  await writeFile(model, 'PK');
  await expect(check('--model', model)).rejects.toThrow(/model\.bin is not a GGUF file/u);
});

test('a recording needs a folder that is there, and a file in it', async () => {
  await expect(check('--record', join(folder, 'no', 'events.jsonl'))).rejects.toThrow(/ENOENT/u);
  await expect(check('--record', folder)).rejects.toThrow(/is a folder/u);
});
