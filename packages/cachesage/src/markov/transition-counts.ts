import { maxVisits } from './branch-context.ts';
import { CountsHistory } from './counts-history.ts';
import type { CountRows } from './counts-history.ts';

/** Successors of one context, with decayed counts. */
export interface CountRow {
  readonly counts: ReadonlyMap<number, number>;
  /** Sum of `counts`. */
  readonly total: number;
  /** Additions since the row was made: the row's own time, by which decay is measured. */
  readonly adds: number;
}

/** Half-life of 300 transitions of the row: slow, since faster decay bought nothing on stationary sessions. */
export const decayPerAdd: number = 2 ** (-1 / 300);
/** Counts below this are forgotten. */
const negligible = 0.01;
/** Together with {@link maxEntries} keeps one workload's saved state under 20 KB at 32 agents. */
export const maxRows = 256;
export const maxEntries = 1000;
const prunedShare = 0.1;

const contextBase = 4096;

/** Key of the row for "after `current`". */
export function orderOneKey(current: number): number {
  return current;
}

/** Key of the row for "after `current`, reached from `previous`, at its n-th visit of this branch"; 0 visits = "at any visit". */
export function callCountKey(previous: number, current: number, visits: number): number {
  const pair = previous * contextBase + current;
  return contextBase + pair * (maxVisits + 1) + visits;
}

/** Sparse decayed transition counts of all contexts, bounded in rows and entries. */
export class TransitionCounts {
  readonly #rows = new Map<number, CountRow>();
  readonly #history = new CountsHistory(this.#rows);
  #entries = 0;
  #version = 0;

  /** Changes with every row. */
  get version(): number {
    return this.#version;
  }

  get rowCount(): number {
    return this.#rows.size;
  }

  get entryCount(): number {
    return this.#entries;
  }

  row(key: number): CountRow | undefined {
    return this.#rows.get(key);
  }

  rows(): Iterable<readonly [number, CountRow]> {
    return this.#rows;
  }

  /** The rows as they stand, whatever is added later. */
  snapshot(): CountRows {
    return this.#history.snapshot();
  }

  /** Decays the row once and adds `weight` (> 0) to one successor. */
  add(key: number, symbol: number, weight: number): void {
    this.#version++;
    const before = this.#rows.get(key);
    // Rows are replaced, not changed: who holds one keeps what it saw.
    const counts = new Map<number, number>();
    let total = 0;
    if (before !== undefined) {
      for (const [successor, count] of before.counts) {
        const decayed = count * decayPerAdd;
        if (decayed < negligible) continue;
        counts.set(successor, decayed);
        total += decayed;
      }
    }
    counts.set(symbol, (counts.get(symbol) ?? 0) + weight);
    this.#entries += counts.size - (before?.counts.size ?? 0);
    this.#rows.set(key, { counts, total: total + weight, adds: (before?.adds ?? 0) + 1 });
    this.#history.changed(key, before);
    if (this.#rows.size > maxRows || this.#entries > maxEntries) this.#prune();
  }

  /** Puts a saved row back. */
  restore(key: number, counts: Iterable<readonly [number, number]>): void {
    this.#version++;
    const restored = new Map(counts);
    let total = 0;
    for (const count of restored.values()) total += count;
    const row: CountRow = { counts: restored, total, adds: 0 };
    const before = this.#rows.get(key);
    this.#entries += row.counts.size - (before?.counts.size ?? 0);
    this.#rows.set(key, row);
    this.#history.changed(key, before);
    if (this.#rows.size > maxRows || this.#entries > maxEntries) this.#prune();
  }

  /** Least used rows go first, a tenth at a time so that pruning is rare. */
  #prune(): void {
    const least = [...this.#rows].toSorted((a, b) => a[1].total - b[1].total);
    const rowsKept = Math.floor(maxRows * (1 - prunedShare));
    const entriesKept = Math.floor(maxEntries * (1 - prunedShare));
    for (const [key, row] of least) {
      if (this.#rows.size <= rowsKept && this.#entries <= entriesKept) break;
      this.#rows.delete(key);
      this.#history.changed(key, row);
      this.#entries -= row.counts.size;
    }
  }
}
