import type { Milliseconds } from '@entresol/runtime-core';
import type { Content } from '../slots/content.ts';
import type { StateFile } from './state-store.ts';

/** A sequence state in the second tier. */
export interface SavedState {
  /** Counts up; names it among candidates. */
  readonly number: number;
  readonly content: Content;
  readonly file: StateFile;
  /** The role state without which the file cannot be loaded. */
  readonly base: SavedState | undefined;
  lastUsedAtMs: Milliseconds;
}

export interface SharedState {
  readonly state: SavedState;
  /** Leading tokens of the wanted prompt that it holds. */
  readonly shared: number;
}
