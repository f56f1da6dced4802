import type { CountRow } from './transition-counts.ts';

/** Changes after which a new segment begins, so that an old snapshot never holds on to all that came after it. */
const longestSegment = 1024;

/** Rows by key. */
export interface CountRows {
  get(key: number): CountRow | undefined;
}

/** Changes in a row: which rows were replaced, and what they were. */
interface Segment {
  readonly keys: number[];
  readonly before: (CountRow | undefined)[];
  /** All rows after the last change; undefined while changes are added. */
  end: ReadonlyMap<number, CountRow> | undefined;
}

function emptySegment(): Segment {
  return { keys: [], before: [], end: undefined };
}

/**
 * Remembers what rows were, so that any state can be looked into later at no cost for those that nobody looks into
 * (multi-version reads, Bernstein & Goodman 1983, doi:10.1145/319996.319998).
 */
export class CountsHistory {
  readonly #live: ReadonlyMap<number, CountRow>;
  #segment = emptySegment();

  /** @param live - the rows as they are now, changed by the owner */
  constructor(live: ReadonlyMap<number, CountRow>) {
    this.#live = live;
  }

  /** The row of `key` has been replaced or removed; it was `before`. */
  changed(key: number, before: CountRow | undefined): void {
    const { keys } = this.#segment;
    keys.push(key);
    this.#segment.before.push(before);
    if (keys.length < longestSegment) return;
    this.#segment.end = new Map(this.#live);
    this.#segment = emptySegment();
  }

  /** The rows as they stand, whatever changes later. */
  snapshot(): CountRows {
    return new CountsSnapshot(this.#segment, this.#live);
  }
}

class CountsSnapshot implements CountRows {
  readonly #segment: Segment;
  readonly #live: ReadonlyMap<number, CountRow>;
  /** Rows that were replaced since, as they were. */
  #replaced: Map<number, CountRow | undefined> | undefined;
  /** Changes of the segment that are in it, or were before the snapshot. */
  #seen: number;

  constructor(segment: Segment, live: ReadonlyMap<number, CountRow>) {
    this.#segment = segment;
    this.#live = live;
    this.#seen = segment.keys.length;
  }

  get(key: number): CountRow | undefined {
    const { keys, before, end } = this.#segment;
    const replaced = (this.#replaced ??= new Map());
    for (; this.#seen < keys.length; this.#seen++) {
      const changed = keys[this.#seen] ?? 0;
      if (!replaced.has(changed)) replaced.set(changed, before[this.#seen]);
    }
    if (replaced.has(key)) return replaced.get(key);
    return (end ?? this.#live).get(key);
  }
}
