import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunManifest } from '../../src/bench/run-store.ts';
import { RunStore, RunStoreError } from '../../src/bench/run-store.ts';
import { parseBenchCommandLine } from '../../src/bench/bench-command-line.ts';
import { armResult } from '../request-records.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'run-store-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function manifest(commit: string, ...flags: string[]): RunManifest {
  const parsed = parseBenchCommandLine(flags, new Date());
  if (parsed.kind !== 'bench') throw new Error(parsed.text);
  return { commit, plan: parsed.options.plan };
}

test('finished runs are there after a new start, partial ones are not', async () => {
  const folder = join(parent, 'runs');
  const first = await RunStore.open(folder, manifest('abc'), false);
  await first.keepRun('one', armResult());
  await first.settle('speed', 42);
  await writeFile(first.path('two.json.123.partial'), '{"half');
  const second = await RunStore.open(folder, manifest('abc'), true);
  expect(await second.run('one')).toEqual(armResult());
  expect(await second.run('two')).toBeUndefined();
  expect(await second.settled('speed')).toBe(42);
  expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toHaveLength(1);
});

test('another commit or option is refused by its name', async () => {
  await RunStore.open(parent, manifest('abc', '--repeats', '3'), false);
  const resumed = RunStore.open(parent, manifest('def', '--repeats', '4'), true);
  await expect(resumed).rejects.toThrow(RunStoreError);
  await expect(resumed).rejects.toThrow(
    /commit was "abc" and is "def"; repeats was 3 and is 4.*another --out/,
  );
});

test('a folder in use needs --resume, an empty one cannot be resumed', async () => {
  await expect(RunStore.open(parent, manifest('abc'), true)).rejects.toThrow(/holds no benchmark/);
  await RunStore.open(parent, manifest('abc'), false);
  await expect(RunStore.open(parent, manifest('abc'), false)).rejects.toThrow(/Add --resume/);
});

test('a damaged run is named, not measured again in silence', async () => {
  const store = await RunStore.open(parent, manifest('abc'), false);
  await writeFile(store.path('one.json'), '{');
  await expect(store.run('one')).rejects.toThrow(/one\.json is not JSON\. Delete it/);
});
