import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlotSequence } from '../slot-manager/slot-sequence.ts';
import type { StateFile, StateStore } from '../slot-manager/tier/state-store.ts';
import type { ServerAPI } from './server-api.ts';
import type { SavedTokens } from './server-sequence.ts';

interface NamedFile extends StateFile {
  readonly name: string;
}

/**
 * Saved states in the server's own folder (`--slot-save-path`). The server can write files and not delete them: a name
 * that is free again is written over, and where the folder is at hand its file goes at once.
 */
export class ServerStates implements StateStore {
  readonly #api: ServerAPI;
  readonly #saved: SavedTokens;
  /** The server's folder as this process sees it; undefined = on another machine, or not told. */
  readonly #folder: string | undefined;
  /** Names of this process, which nobody else guesses. */
  readonly #prefix = `entresol-${randomUUID()}`;
  readonly #free: string[] = [];
  readonly #written = new Set<string>();
  #names = 0;

  constructor(api: ServerAPI, saved: SavedTokens, folder: string | undefined) {
    this.#api = api;
    this.#saved = saved;
    this.#folder = folder;
  }

  async save(sequence: SlotSequence): Promise<NamedFile> {
    const name = this.#free.pop() ?? `${this.#prefix}-${(this.#names += 1)}.bin`;
    this.#written.add(name);
    try {
      return { name, bytes: await sequence.save(name) };
    } catch (error) {
      await this.#release(name);
      throw error;
    }
  }

  async load({ name, bytes }: NamedFile, sequence: SlotSequence): Promise<number> {
    await sequence.load(name);
    return bytes;
  }

  async remove({ name }: NamedFile): Promise<void> {
    await this.#release(name);
  }

  async #release(name: string): Promise<void> {
    this.#saved.delete(name);
    this.#free.push(name);
    await this.#delete(name);
  }

  async #delete(name: string): Promise<void> {
    if (this.#folder === undefined) return;
    await rm(join(this.#folder, name), { force: true });
    this.#written.delete(name);
  }

  /** Nothing of a prompt stays behind: files are deleted, or written over with an empty slot. */
  async wipe(emptySlot: number): Promise<void> {
    for (const name of this.#written) await this.#delete(name);
    if (this.#written.size === 0) return;
    await this.#api.erase(emptySlot);
    for (const name of this.#written) await this.#api.save(emptySlot, name);
    this.#written.clear();
  }
}
