import type { World } from './decision-record.ts';
import type { EngineHost, VictimCandidate } from './engine-driver.ts';
import type { EndpointId, Milliseconds, PrefixRef } from './identities.ts';
import type { ModelledActs } from './modelled-acts.ts';
import type { PolicyContext, Worth } from './policy.ts';
import type { PromptMemory } from './prompt-memory.ts';
import type { Recorder } from './recorder.ts';
import { rankVictims } from './retention-planner.ts';
import type { Tally } from './tally.ts';

interface EngineHostParts extends Pick<EngineHost, 'clock' | 'emit' | 'settle'> {
  readonly recorder: Recorder;
  readonly tally: Tally;
  readonly world: World;
  readonly memory: PromptMemory;
  readonly endpoint: EndpointId;
  /** Is there somebody whose valuation is carried out on this endpoint now, or who has one and only watches? */
  readonly valuation: () => 'acts' | 'watches' | 'none';
  readonly modelled: ModelledActs;
  readonly context: (world: World) => PolicyContext;
  readonly worthVersion: () => number;
}

/** An engine's view of the runtime. `rank` and `worth` have no opinion while nobody acts on the endpoint. */
export function createEngineHost(parts: EngineHostParts): EngineHost {
  const { clock, recorder, tally, world, memory, valuation, context, emit, settle } = parts;
  const { endpoint, modelled } = parts;
  const rank = (candidates: readonly VictimCandidate[]): readonly number[] | undefined => {
    const { world: asked, answers } = recorder.world(world);
    try {
      const asking = context(asked);
      const order = rankVictims(candidates, asking);
      recorder.decision({ type: 'rank', atMs: asking.nowMs, candidates, answers, order });
      modelled.chose(endpoint, candidates, order[0] ?? 0);
      return order;
    } catch {
      // A driver asks under its own lock; whatever goes wrong here, its own order is the safe answer.
      tally.count('rank-fault');
      return undefined;
    }
  };
  const watch = (candidates: readonly VictimCandidate[]): void => {
    try {
      const asking = context(world);
      modelled.wouldChoose(endpoint, candidates, (held) => rankVictims(held, asking)[0]);
    } catch {
      tally.count('rank-fault');
    }
  };
  const worth = (prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined => {
    const { world: asked, answers } = recorder.world(world);
    const asking = context(asked);
    const value = asking.worth(prefix, horizonMs);
    const atMs = asking.nowMs;
    recorder.decision({ type: 'worth', atMs, prefix, horizonMs, answers, worth: value ?? null });
    return value;
  };
  return {
    clock,
    get orders() {
      return valuation() === 'acts';
    },
    emit,
    settle,
    rank(candidates) {
      const how = valuation();
      if (how === 'acts') return rank(candidates);
      if (how === 'watches') watch(candidates);
      else modelled.choosesNothing(endpoint);
      return undefined;
    },
    worth: (prefix, horizonMs) => (valuation() === 'acts' ? worth(prefix, horizonMs) : undefined),
    get worthVersion() {
      return parts.worthVersion();
    },
    materialise: (prefix) => {
      const body = memory.materialise(prefix);
      return body && { form: 'chat', body };
    },
  };
}
