import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { EngineError } from '@entresol/runtime-core';
import type { SlotSequence } from '../../slot-manager/slot-sequence.ts';
import type { BaseState, StateStore } from '../../slot-manager/tier/state-store.ts';
import type { Bandwidth } from './bandwidth.ts';
import { markOf, sameMark } from './file-mark.ts';
import type { FileMark } from './file-mark.ts';
import type { StateFolder } from './state-folder.ts';
import { joinStates, readStateLayout, tailOf } from './state-layout.ts';

/** One saved sequence state on disk. */
export interface StateFile {
  readonly path: string;
  readonly bytes: number;
  /** As it was when it had been written. */
  readonly mark: FileMark;
  /** Set when the file holds only what lies behind this one. */
  readonly base?: StateFile;
}

/** Writes sequence states into the private folder and lets native code read back only what is unchanged. */
export class StateFiles implements StateStore {
  readonly #folder: StateFolder;
  readonly #bandwidth: Bandwidth | undefined;

  /** @param bandwidth how fast states move; undefined = as fast as they do */
  constructor(folder: StateFolder, bandwidth?: Bandwidth) {
    this.#folder = folder;
    this.#bandwidth = bandwidth;
  }

  /**
   * Saves a sequence: with a base only what lies behind it, where the file is one that can be taken apart.
   * @param base a state whose tokens the sequence begins with; it must outlive the new file
   */
  async save(sequence: SlotSequence, base?: BaseState<StateFile>): Promise<StateFile> {
    const path = this.#folder.freshPath();
    const transfer = this.#bandwidth?.begin();
    try {
      await sequence.save(path);
      // llama.cpp creates it 0644; the folder is private already, this holds when someone loosens it.
      await chmod(path, 0o600);
      const behind = base && (await behindBase(path, base));
      if (behind !== undefined) await writeFile(path, behind, { mode: 0o600 });
      const mark = await markOf(path);
      await transfer?.(mark.bytes);
      return {
        path,
        bytes: mark.bytes,
        mark,
        ...(base === undefined || behind === undefined ? {} : { base: base.file }),
      };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /**
   * @returns the bytes read
   * @throws {EngineError} `failed` when a file is not what was written, before native code sees it
   */
  async load(file: StateFile, sequence: SlotSequence): Promise<number> {
    const { base } = file;
    const bytes = file.bytes + (base?.bytes ?? 0);
    const transfer = this.#bandwidth?.begin();
    if (base === undefined) {
      await requireUnchanged(file);
      await sequence.load(file.path);
    } else {
      await this.#loadJoined(base, file, sequence);
    }
    await transfer?.(bytes);
    return bytes;
  }

  /** llama.cpp loads whole states from files only. */
  async #loadJoined(base: StateFile, file: StateFile, sequence: SlotSequence): Promise<void> {
    const [before, behind] = await Promise.all([readUnchanged(base), readUnchanged(file)]);
    const [head, tail] = [readStateLayout(before), readStateLayout(behind)];
    const joined = head && tail && joinStates(head, tail);
    if (joined === undefined) throw changed(file.bytes, undefined);
    const path = this.#folder.freshPath();
    try {
      await writeFile(path, joined, { mode: 0o600 });
      await sequence.load(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async remove(file: StateFile): Promise<void> {
    await rm(file.path, { force: true });
  }
}

async function requireUnchanged({ path, mark }: StateFile): Promise<void> {
  const now = await markOf(path);
  if (!sameMark(now, mark)) throw changed(mark.bytes, now.bytes);
}

function changed(expectedBytes: number, bytes: number | undefined): EngineError {
  return new EngineError('a saved state changed on disk and was not loaded', {
    code: 'failed',
    engine: 'embedded',
    value: { expectedBytes, bytes },
  });
}

async function readUnchanged(file: StateFile): Promise<Buffer> {
  await requireUnchanged(file);
  return readFile(file.path);
}

/** Undefined when the file cannot be taken apart, or the base is not shorter. */
async function behindBase(path: string, base: BaseState<StateFile>): Promise<Buffer | undefined> {
  const whole = readStateLayout(await readFile(path));
  return whole === undefined || whole.tokens <= base.tokens
    ? undefined
    : tailOf(whole, base.tokens);
}
