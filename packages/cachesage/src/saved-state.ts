import type { CalibrationTally } from './calibration.ts';
import type { LeftOut } from './estimator-parts.ts';
import type { DeclaredEdge } from './markov/prior.ts';
import { firstAgent } from './markov/symbols.ts';
import { waitKinds } from './survival/gap-histogram.ts';
import { positionBins } from './survival/reuse-amount.ts';
import { WorkloadModel } from './workload-model.ts';

export const stateVersion = 2;
/** Classes and tables saved, most used first. */
const maxSavedClasses = 48;
const maxSavedTables = 64;
/** Declared edges saved; a larger graph is declared again when its app starts, and is not worth the room. */
const maxSavedEdges = 256;
/** Bytes of one workload as UTF-8 JSON; its least used rows are left out beyond. */
const maxSavedBytes = 20_000;
/** Gap counts below this are not worth their bytes. */
const negligible = 0.05;

/** One workload as plain JSON; counts have four significant digits. Numbers of agents index `agents`, after END, PAUSE, START. */
interface SavedWorkload {
  readonly key: string;
  readonly agents: readonly string[];
  /** From, to (-1 = unknown targets), weight. */
  readonly edges: readonly (readonly [number, number, number])[];
  /** Key, then successor and count in turn. */
  readonly rows: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly runEnds: readonly [pauses: number, closes: number];
  /** Decayed: the same agent again, one seen before, a new one, the end. */
  readonly revisits: readonly number[];
  /** First visits by agent. */
  readonly popularity: readonly number[];
  readonly step: readonly [meanMs: number, steps: number];
  readonly pooledGaps: readonly (readonly number[])[];
  readonly seenGaps: readonly number[];
  /** Agent, kind, then bin and count in turn. */
  readonly gaps: readonly (readonly number[])[];
  /** Key, count, then reached per quarter. */
  readonly amounts: readonly (readonly number[])[];
}

/** What is kept between processes: models only, neither sessions nor prefixes. */
export interface SavedState {
  readonly version: typeof stateVersion;
  readonly workloads: readonly SavedWorkload[];
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}

export function saveModels(models: ReadonlyMap<string, WorkloadModel>): SavedState {
  return {
    version: stateVersion,
    workloads: [...models].map(([key, model]) => saveModel(key, model)),
  };
}

function saveModel(key: string, model: WorkloadModel): SavedWorkload {
  const saved = saveAll(key, model);
  let room = maxSavedBytes - bytesOf({ ...saved, rows: [] });
  const kept = new Set<number>();
  const usedMost = [...model.counts.rows()]
    .map(([, { total }], at) => ({ total, at }))
    .toSorted((a, b) => b.total - a.total);
  for (const { at } of usedMost) {
    room -= bytesOf(saved.rows[at]) + 1;
    if (room < 0) break;
    kept.add(at);
  }
  return { ...saved, rows: saved.rows.filter((_, at) => kept.has(at)) };
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function saveAll(key: string, model: WorkloadModel): SavedWorkload {
  const gaps = model.gaps.save();
  const { pauses, closes } = model.predictor.runEnds;
  const { kinds, popularity } = model.predictor.revisits;
  const edges = model.prior.edges();
  return {
    key,
    agents: model.symbols.agents(),
    edges:
      edges.length > maxSavedEdges
        ? []
        : edges.map(([from, to, weight]) => [from, to ?? -1, short(weight)]),
    rows: [...model.counts.rows()].map(([row, { counts }]) => [
      row,
      ...[...counts].flatMap(([symbol, count]) => [symbol, short(count)]),
    ]),
    weights: model.predictor.weights.map(short),
    runEnds: [pauses, closes],
    revisits: kinds.map(short),
    popularity: popularity.map(short),
    step: [short(gaps.meanStepMs), gaps.steps],
    pooledGaps: gaps.pooled.map((bins) => bins.map(short)),
    seenGaps: gaps.seen.map(short),
    gaps: gaps.classes
      .toSorted((a, b) => sum(b[2]) - sum(a[2]))
      .slice(0, maxSavedClasses)
      .map(([agent, kind, bins]) => [
        agent,
        kind,
        ...bins.flatMap((count, b) => (count < negligible ? [] : [b, short(count)])),
      ]),
    amounts: model.amounts
      .tables()
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, maxSavedTables)
      .map(([table, count, reached]) => [table, short(count), ...reached.map(short)]),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Models from what {@link saveModels} wrote.
 * @throws {TypeError} on another version, a missing field, or a number out of range
 */
export function parseModels(
  saved: unknown,
  calibration: CalibrationTally,
  without: LeftOut,
): Map<string, WorkloadModel> {
  const state = record(saved, 'state');
  if (state['version'] !== stateVersion) {
    reject('version', state['version'], `version ${stateVersion}`);
  }
  const models = new Map<string, WorkloadModel>();
  for (const workload of list(state['workloads'], 'workloads')) {
    const fields = record(workload, 'workload');
    models.set(text(fields['key'], 'key'), parseModel(fields, calibration, without));
  }
  return models;
}

function parseModel(
  fields: Readonly<Record<string, unknown>>,
  calibration: CalibrationTally,
  without: LeftOut,
): WorkloadModel {
  const model = new WorkloadModel(calibration, without);
  for (const agent of list(fields['agents'], 'agents')) model.symbols.intern(text(agent, 'agents'));
  const { size } = model.symbols;
  const symbol = (value: unknown, name: string): number => integer(value, name, 0, size - 1);
  model.prior.declareEdges(
    list(fields['edges'], 'edges').map((edge): DeclaredEdge => {
      const [from, to, weight, ...rest] = list(edge, 'edges');
      if (rest.length > 0) reject('edges', edge, 'three numbers');
      const target = integer(to, 'edges', -1, size - 1);
      return [symbol(from, 'edges'), target < 0 ? undefined : target, positive(weight, 'edges')];
    }),
  );
  for (const row of list(fields['rows'], 'rows')) {
    const [key, ...pairs] = list(row, 'rows');
    model.counts.restore(
      integer(key, 'rows', 0, Number.MAX_SAFE_INTEGER),
      pairsOf(pairs, 'rows', size - 1),
    );
  }
  const weights = list(fields['weights'], 'weights').map((weight) => finite(weight, 'weights'));
  const [pauses, closes] = numbers(fields['runEnds'], 'runEnds', 2);
  const expected = model.predictor.weights.length;
  if (weights.length !== expected) reject('weights', weights, `${expected} numbers`);
  const [again, back, fresh, end] = numbers(fields['revisits'], 'revisits', 4);
  const visited = list(fields['popularity'], 'popularity').length;
  if (visited > size - firstAgent) reject('popularity', visited, 'at most one number per agent');
  model.predictor.restore(
    weights,
    { pauses: pauses ?? 0, closes: closes ?? 0 },
    {
      kinds: [again ?? 0, back ?? 0, fresh ?? 0, end ?? 0],
      popularity: numbers(fields['popularity'], 'popularity', visited),
    },
  );
  restoreGaps(model, fields, size);
  model.amounts.restore(
    list(fields['amounts'], 'amounts').map((table) => {
      const [key, count, ...reached] = list(table, 'amounts').map((v) => finite(v, 'amounts'));
      if (key === undefined || !(count !== undefined && count > 0)) {
        return reject('amounts', table, 'a key and a count');
      }
      if (reached.length !== positionBins) reject('amounts', table, `${positionBins} quarters`);
      return [key, count, reached] as const;
    }),
  );
  return model;
}

function restoreGaps(
  model: WorkloadModel,
  fields: Readonly<Record<string, unknown>>,
  size: number,
): void {
  const blank = model.gaps.save();
  const bins = blank.pooled[0]?.length ?? 0;
  const [meanStepMs, steps] = numbers(fields['step'], 'step', 2);
  const pooled = list(fields['pooledGaps'], 'pooledGaps');
  if (pooled.length !== waitKinds.length) reject('pooledGaps', pooled, 'one row per kind');
  model.gaps.restore({
    meanStepMs: positive(meanStepMs, 'step'),
    steps: steps ?? 0,
    pooled: pooled.map((row) => numbers(row, 'pooledGaps', bins)),
    seen: numbers(fields['seenGaps'], 'seenGaps', waitKinds.length),
    classes: list(fields['gaps'], 'gaps').map((row) => {
      const [agent, kind, ...pairs] = list(row, 'gaps');
      const counts = Array.from({ length: bins }, () => 0);
      for (const [bin, count] of pairsOf(pairs, 'gaps', bins - 1)) counts[bin] = count;
      return [
        integer(agent, 'gaps', 0, size - 1),
        integer(kind, 'gaps', 0, waitKinds.length - 1),
        counts,
      ] as const;
    }),
  });
}

function reject(name: string, value: unknown, wanted: string): never {
  throw new TypeError(
    `saved CacheSage state: ${name} should be ${wanted}, got ${JSON.stringify(value)?.slice(0, 80)}`,
  );
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject(name, value, 'an object');
  }
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, name: string): readonly unknown[] {
  return Array.isArray(value) ? value : reject(name, value, 'a list');
}

function text(value: unknown, name: string): string {
  return typeof value === 'string' ? value : reject(name, value, 'a string');
}

function finite(value: unknown, name: string): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : reject(name, value, 'a number');
}

function positive(value: unknown, name: string): number {
  const number = finite(value, name);
  return number > 0 ? number : reject(name, value, 'above 0');
}

function integer(value: unknown, name: string, least: number, most: number): number {
  const number = finite(value, name);
  return Number.isSafeInteger(number) && number >= least && number <= most
    ? number
    : reject(name, value, `an integer from ${least} to ${most}`);
}

function numbers(value: unknown, name: string, length: number): readonly number[] {
  const values = list(value, name).map((each) => finite(each, name));
  if (values.length !== length || values.some((each) => each < 0)) {
    reject(name, value, `${length} numbers of at least 0`);
  }
  return values;
}

function pairsOf(values: readonly unknown[], name: string, most: number): [number, number][] {
  if (values.length % 2 !== 0) reject(name, values, 'pairs');
  const pairs: [number, number][] = [];
  for (let i = 0; i < values.length; i += 2) {
    pairs.push([integer(values[i], name, 0, most), positive(values[i + 1], name)]);
  }
  return pairs;
}
