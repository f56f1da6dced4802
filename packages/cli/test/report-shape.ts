import { expect } from 'vitest';

const number: unknown = expect.any(Number);
const text: unknown = expect.any(String);

function orNull(matcher: unknown): unknown {
  return expect.toBeOneOf([matcher, null]);
}

const arm = {
  description: text,
  promptTokens: number,
  cachedTokens: orNull(number),
  hitRate: orNull(number),
  netHitRate: orNull(number),
  computedPrefillTokens: orNull(number),
  backgroundTokens: orNull(number),
  cachedByTier: orNull({ device: number, disk: number }),
  ttftMs: {
    mean: number,
    p50: number,
    p95: number,
    queueMean: orNull(number),
    prefillMean: orNull(number),
  },
  wallSeconds: number,
  outputTokensPerSecond: number,
  prefetch: { issued: number, used: number, wastedTokens: number },
  evictions: orNull(number),
};

/**
 * Every name of the JSON document and what may stand there, no more and no less: for `toEqual`. Readers of the document
 * rely on these names.
 */
export function reportShape(arms: readonly string[]): unknown {
  return {
    engine: {
      name: text,
      version: orNull(text),
      model: text,
      weights: expect.toBeOneOf(['random', 'real']),
      device: orNull(text),
      slots: orNull(number),
      contextTokens: orNull(number),
      tierBytes: orNull(number),
      reloadToRecompute: orNull(number),
    },
    machine: { cpu: text, cores: number, commit: orNull(text) },
    workloads: [
      {
        name: text,
        framework: text,
        load: expect.toBeOneOf(['light', 'saturated']),
        agents: number,
        sessions: number,
        requests: number,
        repeats: number,
        headroom: orNull(number),
        arms: Object.fromEntries(arms.map((name) => [name, arm])),
        prediction: orNull({ top1: orNull(number), brier: orNull(number), resolved: number }),
        stateBytes: orNull(number),
      },
    ],
  };
}
