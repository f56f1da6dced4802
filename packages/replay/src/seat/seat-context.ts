import type { CostModel, Policy, PolicyContext } from '@entresol/runtime-core';
import type { SeatPrompts } from './seat-prompts.ts';

/** What computing a prompt costs: linear in its tokens, and with attention in the square of its length. */
export interface PrefillCost {
  /** Per token, whatever its position. */
  readonly msPerToken: number;
  /** Per token and thousand tokens before it. */
  readonly msPerTokenAtThousand: number;
}

/** Per token of KV: 32 layers of 8 heads of 128 in bf16, keys and values (Llama 3.1 8B). Only ratios matter to an order. */
const bytesPerToken = 131_072;

export function costModel({ msPerToken, msPerTokenAtThousand }: PrefillCost): CostModel {
  return {
    computeMs: (from, to) =>
      msPerToken * (to - from) + (msPerTokenAtThousand * (to * to - from * from)) / 2000,
    loadMs: () => 0,
    footprintBytes: (tokens) => tokens * bytesPerToken,
  };
}

/** What a policy may ask during a replay. One object: the clock moves on between the calls it is handed to. */
export class SeatContext implements PolicyContext {
  nowMs = 0;
  readonly residency: PolicyContext['residency'];
  readonly nextPrefix: PolicyContext['nextPrefix'];
  readonly #policy: Policy;
  readonly #cost: CostModel;

  constructor(policy: Policy, prompts: SeatPrompts, cost: CostModel) {
    this.#policy = policy;
    this.#cost = cost;
    this.nextPrefix = (agent, session) => prompts.newest(agent, session);
    this.residency = {
      of(prefix) {
        const tokens = prompts.residentTokens(prefix);
        return tokens > 0 ? { tokens, tier: 'device', truth: 'own' } : { tokens, truth: 'own' };
      },
    };
  }

  nextAgent: PolicyContext['nextAgent'] = (query) =>
    this.#policy.predict?.nextAgent?.(query, this) ?? [];
  worth: PolicyContext['worth'] = (prefix, horizonMs) =>
    this.#policy.score?.prefix?.(prefix, horizonMs, this);
  cost: PolicyContext['cost'] = () => this.#cost;
  load: PolicyContext['load'] = () => ({ running: 0, waiting: 0, ageMs: 0 });
}
