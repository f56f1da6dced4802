import { mkdtemp, readFile, readdir, lstat, rm, writeFile, chmod } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '@entresol/runtime-core';

/** Names the process a folder belongs to; JSON `{ pid, startedAtMs }`. */
const markerName = 'owner.json';
/** Two readings of one process's start differ by clock steps and rounding; a reused pid started at another time. */
const startToleranceMs = 5_000;
/** A folder without a readable marker was left by a crash between two system calls, or is being made right now. */
const unmarkedGraceMs = 60_000;

const userName = (): string => String(process.getuid?.() ?? userInfo().username);
const processStartMs = (): number => Date.now() - process.uptime() * 1000;

/**
 * The private folder of saved states. They are prompt content, so the folder is 0700 with random names inside, dies with
 * the engine or the process, and what a killed process left behind is removed at the next start of the same user.
 */
export class StateFolder {
  readonly path: string;
  readonly #removeAtExit: () => void;

  private constructor(path: string) {
    this.path = path;
    this.#removeAtExit = () => rmSync(path, { recursive: true, force: true });
    process.on('exit', this.#removeAtExit);
  }

  /**
   * Sweeps folders of dead processes in `parent` and makes a fresh one.
   * @throws {EngineError} `folder-not-writable`
   */
  static async create(parent: string = tmpdir()): Promise<StateFolder> {
    try {
      await sweepStateFolders(parent);
      const path = await mkdtemp(join(parent, `entresol-${userName()}-`));
      await chmod(path, 0o700);
      const owner = { pid: process.pid, startedAtMs: processStartMs() };
      await writeFile(join(path, markerName), JSON.stringify(owner), { mode: 0o600 });
      return new StateFolder(path);
    } catch (cause) {
      throw new EngineError(`cannot keep engine states in ${parent}: ${String(cause)}`, {
        code: 'folder-not-writable',
        engine: 'embedded',
        value: parent,
        cause,
      });
    }
  }

  /** A path inside that nobody can guess and nothing uses. */
  freshPath(): string {
    return join(this.path, `${randomUUID()}.state`);
  }

  async remove(): Promise<void> {
    process.off('exit', this.#removeAtExit);
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Removes this user's state folders in `parent` whose process is gone. Other users' folders and links are left alone. */
export async function sweepStateFolders(parent: string): Promise<void> {
  const prefix = `entresol-${userName()}-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    // Another process may sweep at the same moment: a folder that vanished meanwhile is what was wanted.
    const about = await lstat(path).catch(() => undefined);
    if (about === undefined || !about.isDirectory()) continue;
    if (process.getuid !== undefined && about.uid !== process.getuid()) continue;
    const owner = await readOwner(path);
    const abandoned =
      owner === undefined ? Date.now() - about.mtimeMs > unmarkedGraceMs : !isAlive(owner);
    if (abandoned) await rm(path, { recursive: true, force: true });
  }
}

interface Owner {
  readonly pid: number;
  readonly startedAtMs: number;
}

async function readOwner(folder: string): Promise<Owner | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(join(folder, markerName), 'utf8'));
    if (typeof read !== 'object' || read === null) return undefined;
    const { pid, startedAtMs } = read as Partial<Record<keyof Owner, unknown>>;
    return typeof pid === 'number' && typeof startedAtMs === 'number'
      ? { pid, startedAtMs }
      : undefined;
  } catch {
    // No marker or half of one: judged by its age.
    return undefined;
  }
}

function isAlive({ pid, startedAtMs }: Owner): boolean {
  // In containers every process may have the same pid: our own number with another start is a dead predecessor.
  if (pid === process.pid) return Math.abs(startedAtMs - processStartMs()) < startToleranceMs;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, so it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
