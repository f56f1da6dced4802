import type { Milliseconds } from './identities.ts';

/** Source of time. Timers never keep a process alive. */
export interface Clock {
  /** Milliseconds since an arbitrary fixed point. Never decreases. */
  now(): Milliseconds;
  /** Runs `run` at `atMs` or soon after; returns a function that cancels it. */
  at(atMs: Milliseconds, run: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Fresh identifier, unique in this process; `kind` makes it readable (`call-17`). */
export type Ids = (kind: string) => string;

/** Where learned state lives between processes. */
export interface StateStore {
  /** Undefined when nothing is stored under the key. */
  read(key: string): Promise<string | undefined>;
  /** Atomic: a reader sees the old text or the new one, also after a crash. */
  write(key: string, text: string): Promise<void>;
  /** Moves a damaged entry out of the way, kept for inspection. */
  setAside(key: string): Promise<void>;
}
