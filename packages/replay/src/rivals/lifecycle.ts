import type { ReplacementMaker, VictimScore } from '../cache/replacement.ts';

/** Far below any score of a rival. */
const retired = -1e12;

/**
 * A rival with the facts about lifecycles that CacheSage is told: what ended sessions and superseded prompts left goes
 * first. What is left between the two is prediction.
 */
export function withLifecycle(rival: ReplacementMaker): ReplacementMaker {
  return {
    name: `${rival.name}-lifecycle`,
    source: `${rival.source}; ended sessions and superseded prompts first`,
    create: (cache) => {
      const { tree } = cache;
      const policy = rival.create(cache);
      const { victims } = policy;
      if (victims.kind === 'queue') throw new TypeError(`${rival.name} has no scores to lower`);
      const ended = new Uint8Array(cache.load.sessions.length);
      const isRetired = (run: number): boolean =>
        !tree.isRole(run) && (tree.superseded[run] === 1 || ended[tree.session[run] ?? 0] === 1);
      const scored: VictimScore = {
        ...victims,
        keep: (run, held) => victims.keep(run, held) + (isRetired(run) ? retired : 0),
        // A value that was lowered says nothing about what the pool is worth.
        gaveUp: (run, blocks, score) => {
          if (score > retired / 2) victims.gaveUp?.(run, blocks, score);
        },
      };
      return {
        ...policy,
        victims: scored,
        sessionEnded(session) {
          ended[session] = 1;
          policy.sessionEnded?.(session);
        },
      };
    },
  };
}
