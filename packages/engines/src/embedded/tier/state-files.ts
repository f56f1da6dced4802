import { createHash } from 'node:crypto';
import { chmod, open, rm, stat } from 'node:fs/promises';
import { EngineError } from '@entresol/runtime-core';
import type { SlotSequence } from '../llama-port.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { StateFolder } from './state-folder.ts';

/** One saved sequence state on disk. */
export interface StateFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the whole file; settled after the save, off the request path. */
  readonly digest: Promise<string>;
}

/** Read in pieces, so that hashing 7 MB (about 5 ms) never holds the event loop for more than a fraction of that. */
const pieceBytes = 1 << 20;

/** Writes sequence states into the private folder and lets native code read back only what is unchanged. */
export class StateFiles {
  readonly #folder: StateFolder;
  readonly #bandwidth: Bandwidth | undefined;

  /** @param bandwidth how fast states move; undefined = as fast as they do */
  constructor(folder: StateFolder, bandwidth?: Bandwidth) {
    this.#folder = folder;
    this.#bandwidth = bandwidth;
  }

  async save(sequence: SlotSequence): Promise<StateFile> {
    const path = this.#folder.freshPath();
    const transfer = this.#bandwidth?.begin();
    try {
      await sequence.save(path);
      // llama.cpp creates it 0644; the folder is private already, this holds when someone loosens it.
      await chmod(path, 0o600);
      const { size } = await stat(path);
      const digest = digestOf(path);
      // A failure belongs to the load that needs it; without this line it would end the process.
      digest.catch(() => undefined);
      await transfer?.(size);
      return { path, bytes: size, digest };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** @throws {EngineError} `failed` when the file is not what was written, before native code sees it */
  async load(file: StateFile, sequence: SlotSequence): Promise<void> {
    const [size, now, then] = await Promise.all([
      stat(file.path).then((about) => about.size),
      digestOf(file.path),
      file.digest,
    ]);
    if (size !== file.bytes || now !== then) {
      throw new EngineError('a saved state changed on disk and was not loaded', {
        code: 'failed',
        engine: 'embedded',
        value: { expectedBytes: file.bytes, bytes: size },
      });
    }
    const transfer = this.#bandwidth?.begin();
    await sequence.load(file.path);
    await transfer?.(file.bytes);
  }

  async remove(file: StateFile): Promise<void> {
    // Its digest may still be reading.
    await file.digest.catch(() => undefined);
    await rm(file.path, { force: true });
  }
}

async function digestOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
