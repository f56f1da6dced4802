import type { AgentId } from '@entresol/runtime-core';

/** Share of the newest reply in the mean. */
const rate = 0.2;
const maxAgents = 4_096;

/** How long the replies of each agent are, as a moving mean. */
export class ReplyLengths {
  readonly #expected: number;
  readonly #means = new Map<AgentId, number>();

  constructor(expected: number) {
    this.#expected = expected;
  }

  add(agent: AgentId, tokens: number): void {
    const mean = this.#means.get(agent);
    if (mean === undefined && this.#means.size >= maxAgents) return;
    this.#means.set(agent, mean === undefined ? tokens : mean + rate * (tokens - mean));
  }

  of(agent: AgentId): number {
    return this.#means.get(agent) ?? this.#expected;
  }
}
