import type { Topology } from '@entresol/runtime-core';
import type { RevisitBase } from './revisits.ts';
import { END, PAUSE, START, firstAgent } from './symbols.ts';
import type { SymbolTable } from './symbols.ts';

/** Mass that a declared row leaves to undeclared successors, so that a violation of the graph can be learned. */
const undeclaredMass = 0.05;
/** Chance of return after a pause before any was seen. */
const returnPrior = 0.5;

/** Declared successors of one symbol with their relative weights. */
interface DeclaredRow {
  readonly weights: Map<number, number>;
  total: number;
  /** Weight of targets that cannot be read before they run. */
  unknown: number;
}

/** One declared edge in symbols; `to` is undefined where the targets are unknown. */
export type DeclaredEdge = readonly [from: number, to: number | undefined, weight: number];

/**
 * Mean of the Dirichlet prior of each transition row, from the declared graph. Declared edges share the mass by weight;
 * unknown targets count as one edge, and what is not declared is what sessions do where nothing is ({@link RevisitBase}):
 * before any was seen, all known agents and END evenly. A declared END is split into PAUSE and END by what runs were seen to do.
 */
export class TopologyPrior {
  readonly #symbols: SymbolTable;
  #declared = new Map<number, DeclaredRow>();
  #edges: DeclaredEdge[] = [];
  #rows: PriorRows | undefined;

  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  /** Replaces what was declared before. */
  declare(topology: Topology): void {
    const { agents, edges, unknownTargets } = topology;
    for (const agent of agents) this.#symbols.intern(agent);
    const declared: DeclaredEdge[] = [];
    for (const { from, to, weight = 1 } of edges) {
      if (!(weight > 0) || !Number.isFinite(weight)) {
        throw new RangeError(`edge ${from} -> ${to} has weight ${weight}; it must be positive`);
      }
      declared.push([
        from === 'START' ? START : this.#symbols.intern(from),
        to === 'END' ? END : this.#symbols.intern(to),
        weight,
      ]);
    }
    for (const agent of unknownTargets) {
      declared.push([this.#symbols.intern(agent), undefined, 1]);
    }
    this.declareEdges(declared);
  }

  declareEdges(edges: readonly DeclaredEdge[]): void {
    this.#edges = [...edges];
    this.#declared = new Map();
    this.#rows = undefined;
    for (const [from, to, weight] of edges) {
      let row = this.#declared.get(from);
      if (row === undefined) {
        row = { weights: new Map(), total: 0, unknown: 0 };
        this.#declared.set(from, row);
      }
      row.total += weight;
      if (to === undefined) row.unknown += weight;
      else row.weights.set(to, (row.weights.get(to) ?? 0) + weight);
    }
  }

  edges(): readonly DeclaredEdge[] {
    return this.#edges;
  }

  /** The rows as they stand: they do not change any more when agents or declarations do. */
  rows(): PriorRows {
    const { size } = this.#symbols;
    if (this.#rows?.size !== size) this.#rows = new PriorRows(this.#declared, size);
    return this.#rows;
  }
}

/** Prior rows of one declaration over a fixed number of symbols. */
export class PriorRows {
  readonly size: number;
  readonly #declared: ReadonlyMap<number, DeclaredRow>;
  readonly #rows = new Map<number, Float64Array>();

  constructor(declared: ReadonlyMap<number, DeclaredRow>, size: number) {
    this.#declared = declared;
    this.size = size;
  }

  /**
   * Writes the prior of the row after `current` into `out` (one entry per symbol; sums to 1).
   * @param base - what follows where nothing is declared
   * @param pauseShare - of runs that end, the share in [0, 1] after which the session stays open
   */
  write(current: number, base: RevisitBase, pauseShare: number, out: Float64Array): void {
    if (current === PAUSE) {
      const first = this.#row(START);
      // Whether a session returns is the rows' to learn; where it re-enters the graph is declared.
      const atStart = 1 - (first[END] ?? 0);
      out.set(first);
      for (let x = firstAgent; x < out.length; x++) {
        out[x] = atStart > 0 ? ((out[x] ?? 0) * returnPrior) / atStart : 0;
      }
      out[END] = atStart > 0 ? 1 - returnPrior : 1;
      return;
    }
    out.set(this.#row(current));
    if (current !== START) {
      base.add(current, this.undeclared(current), out);
      const terminal = out[END] ?? 0;
      out[PAUSE] = terminal * pauseShare;
      out[END] = terminal * (1 - pauseShare);
    }
  }

  /** Part in [0, 1] of the row after `current` for which no edge is declared. */
  undeclared(current: number): number {
    const declared = this.#declared.get(current);
    if (declared === undefined) return 1;
    return undeclaredMass + ((1 - undeclaredMass) * declared.unknown) / declared.total;
  }

  /** What is declared; of a start also the rest, evenly. */
  #row(current: number): Float64Array {
    const { size } = this;
    let row = this.#rows.get(current);
    if (row !== undefined) return row;
    row = new Float64Array(size);
    const declared = this.#declared.get(current);
    if (current === START) {
      const even = this.undeclared(current) / (size - firstAgent + 1);
      row.fill(even, firstAgent);
      row[END] = even;
    }
    for (const [to, weight] of declared?.weights ?? []) {
      row[to] = (row[to] ?? 0) + ((1 - undeclaredMass) * weight) / (declared?.total ?? 1);
    }
    this.#rows.set(current, row);
    return row;
  }
}
