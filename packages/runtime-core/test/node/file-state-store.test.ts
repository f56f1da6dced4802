import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileStateStore } from '../../src/node/index.ts';
import { seededRandom } from '../../src/testing/index.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'entresol-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

/** A temporary file that a killed process left `ageMs` ago. */
async function leftover(folder: string, name: string, ageMs: number): Promise<void> {
  const at = (Date.now() - ageMs) / 1_000;
  await writeFile(join(folder, name), '{"half":', { mode: 0o600 });
  await utimes(join(folder, name), at, at);
}

describe('fileStateStore', () => {
  it('reads what was written, and nothing where nothing was', async () => {
    const store = fileStateStore(await newFolder());
    expect(await store.read('policy-a')).toBeUndefined();
    await store.write('policy-a', 'first');
    await store.write('policy-a', 'second');
    expect(await store.read('policy-a')).toBe('second');
    expect(await store.read('policy-b')).toBeUndefined();
  });

  it('makes the folder and keeps it and its files private, also one that was open', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o755);
    for (const made of [folder, join(folder, 'deep', 'er')]) {
      await fileStateStore(made).write('policy-a', 'text');
      expect(await modeOf(made)).toBe(0o700);
      expect(await modeOf(join(made, 'policy-a.json'))).toBe(0o600);
    }
  });

  it('keeps keys apart that would be paths', async () => {
    const folder = await newFolder();
    const store = fileStateStore(join(folder, 'state'));
    for (const key of ['../escape', 'a/b', 'a b', '..', 'ü']) await store.write(key, key);
    for (const key of ['../escape', 'a/b', 'a b', '..', 'ü'])
      expect(await store.read(key)).toBe(key);
    expect(await readdir(folder)).toStrictEqual(['state']);
  });

  it('sets a damaged entry aside, kept for inspection', async () => {
    const folder = await newFolder();
    const store = fileStateStore(folder);
    await store.write('policy-a', 'damaged');
    await store.setAside('policy-a');
    expect(await store.read('policy-a')).toBeUndefined();
    expect(await readFile(join(folder, 'policy-a.json.damaged'), 'utf8')).toBe('damaged');
  });

  it('says which folder it cannot use', async () => {
    const folder = join(await newFolder(), 'a file');
    await writeFile(folder, '');
    const store = fileStateStore(folder);
    const refusal = { code: 'state-folder', value: folder };
    await expect(store.write('policy-a', 'text')).rejects.toMatchObject(refusal);
    await expect(store.read('policy-a')).rejects.toMatchObject(refusal);
    await expect(store.setAside('policy-a')).rejects.toMatchObject(refusal);
  });

  it('writes the last of several texts that are saved at once', async () => {
    const store = fileStateStore(await newFolder());
    const texts = Array.from({ length: 8 }, (_, at) => `text ${at}`);
    await Promise.all(texts.map((text) => store.write('policy-a', text)));
    expect(texts).toContain(await store.read('policy-a'));
  });

  it('sweeps temporary files of killed processes, and none that may be in use or belong to others', async () => {
    const folder = await newFolder();
    await leftover(folder, 'policy-a.json.123', 61_000);
    await leftover(folder, 'policy-a.json.456', 5_000);
    await leftover(folder, 'policy-ab.json.123', 61_000);
    await leftover(folder, 'policy-a.json.damaged', 61_000);
    await fileStateStore(folder).write('policy-a', 'text');
    expect((await readdir(folder)).toSorted()).toStrictEqual([
      'policy-a.json',
      'policy-a.json.456',
      'policy-a.json.damaged',
      'policy-ab.json.123',
    ]);
  });
});

const script = fileURLToPath(new URL('saving-loop.ts', import.meta.url));

/** Starts a process that saves without end, and kills it `afterMs` after its first save. */
async function saveAndKill(folder: string, afterMs: number): Promise<void> {
  const args = ['--conditions=@entresol/source', script, folder, 'policy-a'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  await delay(afterMs);
  child.kill('SIGKILL');
  await gone;
}

describe('a process killed while it saves', () => {
  it('leaves a whole state, and nothing that others can read', { timeout: 60_000 }, async () => {
    const random = seededRandom(7);
    const folders = await Promise.all(Array.from({ length: 5 }, () => newFolder()));
    for (const _ of ['first', 'over what the first left']) {
      // Long enough for several saves, so that the end falls anywhere in one.
      await Promise.all(folders.map((folder) => saveAndKill(folder, random() * 40)));
      for (const folder of folders) {
        const text = await fileStateStore(folder).read('policy-a');
        expect(JSON.parse(text ?? 'null')).toMatchObject({ complete: true });
        for (const name of ['.', ...(await readdir(folder))]) {
          expect((await modeOf(join(folder, name))) & 0o077).toBe(0);
        }
      }
    }
  });
});
