import type { AgentId } from '@entresol/runtime-core';

/** The session will not come back: absorbing. */
export const END = 0;
/** A run is over and the session may return. */
export const PAUSE = 1;
/** Nothing has been called yet. Never a successor. */
export const START = 2;
/** Agents are numbered from here. */
export const firstAgent = 3;

/**
 * Agents told apart. An app that puts a user or run id into an agent's name would otherwise grow the model without
 * end; whatever comes later shares one symbol.
 */
const maxAgents = 256;
const otherAgents = '(other agents)';

/** Numbers agents in the order of their appearance, so that rows are sparse maps of small integers. */
export class SymbolTable {
  readonly #symbols = new Map<string, number>();
  readonly #names: string[] = ['END', 'PAUSE', 'START'];

  /** Symbols in use, the three special ones included: the length of a distribution. */
  get size(): number {
    return this.#names.length;
  }

  intern(agent: AgentId): number {
    const known = this.#symbols.get(agent);
    if (known !== undefined) return known;
    if (this.#symbols.size >= maxAgents) {
      if (agent !== otherAgents) return this.#symbols.get(otherAgents) ?? this.intern(otherAgents);
    }
    const symbol = this.#names.length;
    this.#names.push(agent);
    this.#symbols.set(agent, symbol);
    return symbol;
  }

  /** Undefined for an agent that was neither declared nor seen. */
  find(agent: AgentId): number | undefined {
    return this.#symbols.get(agent);
  }

  /** The same, with START and PAUSE as themselves unless an agent has that name. */
  findSymbol(name: string): number | undefined {
    const agent = this.#symbols.get(name);
    if (agent !== undefined) return agent;
    if (name === 'START') return START;
    return name === 'PAUSE' ? PAUSE : undefined;
  }

  name(symbol: number): string {
    const name = this.#names[symbol];
    if (name === undefined) throw new RangeError(`no agent has the symbol ${symbol}`);
    return name;
  }

  agents(): readonly AgentId[] {
    return this.#names.slice(firstAgent);
  }
}
