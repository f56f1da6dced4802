import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ArmResult } from '../arm/arm-messages.ts';
import type { BenchPlan } from './bench-options.ts';

/** What all runs of a folder have in common. */
export interface RunManifest {
  readonly commit: string | null;
  readonly plan: BenchPlan;
}

/** A folder cannot be used for this benchmark. The message names the difference and the way out. */
export class RunStoreError extends Error {
  override readonly name = 'RunStoreError';
  readonly code: 'in-use' | 'different' | 'missing' | 'unreadable';
  /** Folder or file. */
  readonly path: string;

  constructor(
    message: string,
    about: {
      readonly code: RunStoreError['code'];
      readonly path: string;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: about.cause });
    this.code = about.code;
    this.path = about.path;
  }
}

const manifestName = 'manifest.json';

/** Finished runs as files of JSON: each is there completely or not at all, also after a crash. */
export class RunStore {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * A folder for new runs, or one whose finished runs are kept.
   * @throws {RunStoreError} when it holds other runs, or none to resume
   */
  static async open(folder: string, manifest: RunManifest, resume: boolean): Promise<RunStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new RunStore(folder);
    const present = await store.#read<RunManifest>(manifestName);
    if (present === undefined) {
      if (resume) {
        throw new RunStoreError(
          `--resume: ${folder} holds no benchmark. Leave --resume away to begin one there.`,
          { code: 'missing', path: folder },
        );
      }
      await store.#write(manifestName, manifest);
      return store;
    }
    if (!resume) {
      throw new RunStoreError(
        `${folder} holds a benchmark already. Add --resume to finish it, or give another --out.`,
        { code: 'in-use', path: folder },
      );
    }
    const differences = differencesOf(present, manifest);
    if (differences.length > 0) {
      throw new RunStoreError(
        `--resume: ${folder} was measured otherwise (${differences.join('; ')}). Measure with the same, or give another --out.`,
        { code: 'different', path: folder },
      );
    }
    return store;
  }

  /** Undefined when the run is not finished. */
  run(name: string): Promise<ArmResult | undefined> {
    return this.#read<ArmResult>(`${name}.json`);
  }

  keepRun(name: string, result: ArmResult): Promise<void> {
    return this.#write(`${name}.json`, result);
  }

  /** What was found out once: a figure that all later runs need, or a trial beside them. */
  async settled<T>(name: string): Promise<T | undefined> {
    const found = await this.#read<{ readonly value: T }>(`${name}.json`);
    return found?.value;
  }

  settle(name: string, value: unknown): Promise<void> {
    return this.#write(`${name}.json`, { value });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async #read<T>(name: string): Promise<T | undefined> {
    const path = this.path(name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      // Written by this class alone, whole or not at all.
      const value: T = JSON.parse(text);
      return value;
    } catch (cause) {
      throw new RunStoreError(`${path} is not JSON. Delete it to measure that run again.`, {
        code: 'unreadable',
        path,
        cause,
      });
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    const path = this.path(name);
    const partial = `${path}.${process.pid}.partial`;
    await writeFile(partial, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    await rename(partial, path);
  }
}

function differencesOf(then: RunManifest, now: RunManifest): string[] {
  const differences: string[] = [];
  const tell = (name: string, before: unknown, after: unknown): void => {
    if (isDeepStrictEqual(before, after)) return;
    differences.push(`${name} was ${JSON.stringify(before)} and is ${JSON.stringify(after)}`);
  };
  tell('commit', then.commit, now.commit);
  const names = new Set([...Object.keys(then.plan), ...Object.keys(now.plan)]);
  for (const name of names) {
    tell(name, Reflect.get(then.plan, name), Reflect.get(now.plan, name));
  }
  return differences;
}
