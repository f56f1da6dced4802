import type { SlotSequence } from '../slot-sequence.ts';

/** One saved sequence state, wherever the engine keeps it. */
export interface StateFile {
  readonly bytes: number;
  /** Set when the file holds only what lies behind this one. */
  readonly base?: StateFile;
}

/** A saved state that another one begins with. */
export interface BaseState<File extends StateFile = StateFile> {
  readonly file: File;
  /** Positions it covers. */
  readonly tokens: number;
}

/** Moves states between sequences and files. A store is handed only sequences of its engine and files of its own. */
export interface StateStore {
  /** @param base a state whose tokens the sequence begins with; a store that cannot take states apart ignores it */
  save(sequence: SlotSequence, base?: BaseState): Promise<StateFile>;
  /** @returns the bytes read. The sequence is undefined after a failure. */
  load(file: StateFile, sequence: SlotSequence): Promise<number>;
  remove(file: StateFile): Promise<void>;
}
