import { createHash } from 'node:crypto';
import { copyFile, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cacheFolder } from '../../../src/embedded/model/cache-folder.ts';
import { ensureRandomModel } from '../../../src/embedded/model/random-model.ts';
import { verifyModelFile } from '../../../src/embedded/model/verify-model.ts';
import { temporaryFolder } from './random-llama.ts';

const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('ensureRandomModel', () => {
  let folder: string;
  let path: string;
  let bytes: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const made = await ensureRandomModel({ folder });
    path = made.path;
    bytes = await digest(path);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('leaves a whole file alone and reports no progress', async () => {
    const fractions: number[] = [];
    const again = await ensureRandomModel({ folder, onProgress: (part) => fractions.push(part) });
    expect(again).toEqual({ path, written: false });
    expect(fractions).toEqual([]);
    await expect(verifyModelFile(path)).resolves.toBeUndefined();
  });

  it('lets writers race: the bytes are equal, and no draft is left', async () => {
    const other = await temporaryFolder();
    const [one, two] = await Promise.all([
      ensureRandomModel({ folder: other }),
      ensureRandomModel({ folder: other }),
    ]);
    expect(one.path).toBe(two.path);
    expect(await digest(one.path)).toBe(bytes);
    expect(await readdir(other)).toHaveLength(1);
    await rm(other, { recursive: true });
  });

  it('writes other weights for another seed, into a file of its own, and reports progress up to 1', async () => {
    const fractions: number[] = [];
    const other = await ensureRandomModel({
      folder,
      seed: 2,
      onProgress: (part) => fractions.push(part),
    });
    expect(other.written).toBe(true);
    expect(other.path).not.toBe(path);
    expect(await digest(other.path)).not.toBe(bytes);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it.each([
    ['truncated', (file: string) => truncate(file, 9_000_000)],
    ['too long', (file: string) => writeFile(file, 'x', { flag: 'a' })],
    ['damaged in its header', (file: string) => overwrite(file, 8)],
  ])('writes a file anew that is %s', async (_kind, damage) => {
    const other = await temporaryFolder();
    const copy = join(other, path.slice(folder.length + 1));
    await copyFile(path, copy);
    await damage(copy);
    expect(await ensureRandomModel({ folder: other })).toEqual({ path: copy, written: true });
    expect(await digest(copy)).toBe(bytes);
    await rm(other, { recursive: true });
  });

  it('leaves nothing behind when it is aborted half-way', async () => {
    const other = await temporaryFolder();
    const abort = new AbortController();
    const reason = new Error('changed my mind');
    await expect(
      ensureRandomModel({
        folder: other,
        signal: abort.signal,
        onProgress: () => abort.abort(reason),
      }),
    ).rejects.toBe(reason);
    expect(await readdir(other)).toEqual([]);
    await rm(other, { recursive: true });
  });

  it('names the folder and the way out when it cannot write', async () => {
    const occupied = join(folder, 'occupied');
    await writeFile(occupied, '');
    await expect(ensureRandomModel({ folder: join(occupied, 'below') })).rejects.toMatchObject({
      code: 'folder-not-writable',
      value: join(occupied, 'below'),
      message: expect.stringMatching(/occupied.*ENTRESOL_CACHE/s),
    });
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses the seed %s', async (seed) => {
    await expect(ensureRandomModel({ folder, seed })).rejects.toThrow(RangeError);
  });
});

describe('cacheFolder', () => {
  it('follows the platform, and ENTRESOL_CACHE before all', () => {
    expect(cacheFolder({ ENTRESOL_CACHE: '/here', XDG_CACHE_HOME: '/there' }, 'linux')).toBe(
      '/here',
    );
    expect(cacheFolder({ XDG_CACHE_HOME: '/there' }, 'linux')).toBe(join('/there', 'entresol'));
    expect(cacheFolder({}, 'linux')).toMatch(/\.cache.entresol$/);
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.entresol$/);
    expect(cacheFolder({ LOCALAPPDATA: 'C:\\L' }, 'win32')).toBe(join('C:\\L', 'entresol'));
  });
});

async function overwrite(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(8, 0xff), 0, 8, position);
  await file.close();
}
