import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folderName = /^entresol-arm-(?<pid>\d+)-/u;

/** Younger folders stay: a process of another container that shares the temporary folder looks dead from here. */
const sweptAfterMs = 3_600_000;

/** A private temporary folder for one arm. First sweeps away what killed runs left: saved states hold prompt text. */
export async function createArmFolder(parent: string = tmpdir()): Promise<string> {
  await sweepArmFolders(parent);
  return mkdtemp(join(parent, `entresol-arm-${process.pid}-`));
}

async function sweepArmFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = folderName.exec(name)?.groups?.['pid'];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(parent, name);
    try {
      const { mtimeMs } = await stat(folder);
      if (Date.now() - mtimeMs > sweptAfterMs) await rm(folder, { recursive: true, force: true });
    } catch {
      // Someone else's folder, or gone since it was listed: not ours to report.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
