import { ReplayCache } from '../cache/replay-cache.ts';
import type { CacheView, ReplacementMaker, VictimScore } from '../cache/replacement.ts';

/** Of what a ghost has saved, this much is left with each call: about 140 calls to forget half. */
const keptPerCall = 0.995;
/** How far one ghost must be ahead before the guard changes sides: hysteresis. */
const lead = 1.02;

/**
 * A policy with a way back: two ghost caches hear the same calls, one under the policy, one under the engine's own order.
 * While the policy's ghost has saved less of late, victims are the engine's; the policy goes on learning. The ghosts are
 * whole caches: what a sampled one could do at most.
 */
export function ghostGuard(policy: ReplacementMaker, engine: ReplacementMaker): ReplacementMaker {
  return {
    name: `${policy.name}+guard`,
    source: `${policy.source}; ${engine.name} while a ghost under it has saved ${Math.round((lead - 1) * 100)} % more, decay ${keptPerCall} a call`,
    create(cache) {
      const sides = [policy, engine].map((maker) => new Side(cache, maker));
      const [own, other] = sides;
      if (own === undefined || other === undefined) throw new RangeError('A guard has two sides.');
      let active = own;
      return {
        victims: {
          kind: 'score',
          prepare: () => active.victims.prepare?.(),
          keep: (run, held) => active.victims.keep(run, held),
          portion: (run, held) => active.victims.portion?.(run, held) ?? held,
          gaveUp: (run, blocks, score) => active.victims.gaveUp?.(run, blocks, score),
        },
        called(call) {
          for (const { replacement } of sides) replacement.called?.(call);
        },
        served(call) {
          for (const side of sides) {
            side.replacement.served?.(call);
            side.observe();
          }
          const passive = active === own ? other : own;
          if (passive.saved > lead * active.saved) active = passive;
        },
        sessionEnded(session) {
          for (const { replacement } of sides) replacement.sessionEnded?.(session);
        },
        split(head, tail) {
          for (const { replacement } of sides) replacement.split?.(head, tail);
        },
      };
    },
  };
}

/** One order of victims, over the cache itself and in a ghost of it. */
class Side {
  readonly replacement: ReturnType<ReplacementMaker['create']>;
  readonly victims: VictimScore;
  readonly #ghost: ReplayCache;
  /** Tokens that the ghost's calls did not compute, decayed. */
  saved = 0;

  constructor(cache: CacheView, maker: ReplacementMaker) {
    this.replacement = maker.create(cache);
    const { victims } = this.replacement;
    if (victims.kind === 'queue') throw new TypeError(`${maker.name} has no scores to choose by`);
    this.victims = victims;
    this.#ghost = new ReplayCache(
      cache.load,
      cache.order,
      cache.capacityBlocks,
      maker,
      cache.hostBlocks,
    );
  }

  observe(): void {
    const { cachedTokens, hostTokens } = this.#ghost.serve();
    this.saved = this.saved * keptPerCall + cachedTokens + hostTokens;
  }
}
