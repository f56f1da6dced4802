import { describeError, jsonOf } from './run-identities.ts';
import type { RunIdentities } from './run-identities.ts';

/** A chunk, and the virtual time at which the reader had it. */
export interface Chunk {
  readonly atMs: number;
  /** As it was then: some chunks hold objects that live on. */
  readonly json: string;
}

/** One run of an app, as its user saw it. */
export interface RunSeen {
  readonly hasResult: boolean;
  /** Every chunk in order with its time, and the result. For a run that failed: those before the instant of the failure, and the error. */
  readonly entries: readonly string[];
  /**
   * Of a run that failed: chunks that were read in the instant of the failure. How many of them the reader gets before the
   * error is a race inside LangGraph that no work of the app decides.
   */
  readonly tail: readonly string[];
}

/** Everything that a user of an app can tell of it. */
export interface Seen {
  readonly runs: readonly RunSeen[];
  readonly history: readonly string[];
  /** Bodies of the model requests. */
  readonly wire: readonly string[];
  /** Rejections that nobody handled. */
  readonly unhandled: readonly string[];
}

const entriesOf = (ids: RunIdentities, chunks: readonly Chunk[]): readonly string[] =>
  chunks.map(({ atMs, json }) => `${atMs} ${ids.in(json)}`);

export function endedRun(ids: RunIdentities, chunks: readonly Chunk[], result: unknown): RunSeen {
  const entries = [...entriesOf(ids, chunks), `result ${ids.in(jsonOf(result))}`];
  return { hasResult: true, entries, tail: [] };
}

export function failedRun(
  ids: RunIdentities,
  chunks: readonly Chunk[],
  error: unknown,
  atMs: number,
): RunSeen {
  const before = chunks.filter((chunk) => chunk.atMs < atMs);
  const entries = [
    ...entriesOf(ids, before),
    `${atMs} error ${ids.in(jsonOf(describeError(error)))}`,
  ];
  return { hasResult: false, entries, tail: entriesOf(ids.aside(), chunks.slice(before.length)) };
}

function firstUnlike(one: readonly string[], other: readonly string[]): object | undefined {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return { at, one: one[at], other: other[at] };
  }
  return undefined;
}

/** Were more chunks read at the failure of a run in one than in the other? */
export function hasUnlikeTails(one: Seen, other: Seen): boolean {
  return one.runs.some(({ tail }, nth) => tail.length !== other.runs[nth]?.tail.length);
}

/** The first thing that was seen otherwise: tails are equal as far as both go, everything else to its end. */
export function firstDifference(one: Seen, other: Seen): object | undefined {
  for (const [nth, { entries, tail }] of one.runs.entries()) {
    const twin = other.runs[nth];
    const unlike =
      firstUnlike(entries, twin?.entries ?? []) ??
      firstUnlike(tail.slice(0, twin?.tail.length), twin?.tail.slice(0, tail.length) ?? []);
    if (unlike !== undefined) return { part: `run ${nth}`, ...unlike };
  }
  if (one.runs.length !== other.runs.length) {
    return { part: 'runs', one: one.runs.length, other: other.runs.length };
  }
  for (const part of ['history', 'wire', 'unhandled'] as const) {
    const unlike = firstUnlike(one[part], other[part]);
    if (unlike !== undefined) return { part, ...unlike };
  }
  return undefined;
}
