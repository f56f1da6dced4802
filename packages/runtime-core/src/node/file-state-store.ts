import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { RuntimeConfigError } from '../errors.ts';
import type { StateStore } from '../ports.ts';

/** Age at which a temporary file is taken as left by a process that was killed: a save takes milliseconds. */
const leftoverAfterMs = 60_000;

/**
 * Learned state as files in one private folder (0700, files 0600). A write goes to a temporary file that is flushed and
 * renamed, so that a crash leaves the old text or the new one; what a killed process left behind is private too, and
 * swept with a later save.
 *
 * @param folder - created when missing
 * @throws {RuntimeConfigError} `state-folder` from any method when the folder cannot be made or written
 */
export function fileStateStore(folder: string): StateStore {
  const fileOf = (key: string): string => join(folder, `${encodeURIComponent(key)}.json`);
  const refuse = (cause: unknown): never => {
    throw new RuntimeConfigError(
      `cannot use ${folder} for saved state; give fileStateStore() a folder this user can write`,
      { code: 'state-folder', value: folder, cause },
    );
  };
  return {
    async read(key) {
      try {
        return await readFile(fileOf(key), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        return refuse(error);
      }
    },
    async write(key, text) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        await sweep(folder, `${encodeURIComponent(key)}.json`);
        await writeFileAtomic(fileOf(key), text, { mode: 0o600 });
      } catch (error) {
        refuse(error);
      }
    },
    async setAside(key) {
      try {
        await rename(fileOf(key), `${fileOf(key)}.damaged`);
      } catch (error) {
        refuse(error);
      }
    },
  };
}

/** Removes old temporary files of `name`; they are called `name.<digits>`. */
async function sweep(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${name}.`) || !/^\d+$/.test(entry.slice(name.length + 1))) continue;
    const file = join(folder, entry);
    // Another process may save at this moment, or sweep the same file.
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > leftoverAfterMs) await rm(file, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
