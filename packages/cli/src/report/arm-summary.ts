import { mean, quantile, sum } from 'simple-statistics';
import type { ArmResult } from '../arm/arm-messages.ts';
import type { RequestRecord } from '../arm/request-record.ts';
import type { ArmReport, TtftReport } from './report-document.ts';

/** Derives an arm's figures from what was measured. Throws a RangeError when the arm sent no request. */
export function summariseArm(result: ArmResult, description: string): ArmReport {
  const { requests, counters } = result;
  if (requests.length === 0) throw new RangeError('An arm without requests has no figures.');
  const tokens = counters ?? reportedTokens(requests);
  const { promptTokens, cachedTokens, computedPrefillTokens, backgroundTokens } = tokens;
  const completionTokens = sum(requests.map((request) => request.usage?.completionTokens ?? 0));
  const wallSeconds = result.wallMs / 1000;
  return {
    description,
    promptTokens,
    cachedTokens,
    hitRate: cachedTokens === null ? null : share(cachedTokens, promptTokens),
    netHitRate:
      computedPrefillTokens === null || backgroundTokens === null || promptTokens === 0
        ? null
        : 1 - (computedPrefillTokens + backgroundTokens) / promptTokens,
    computedPrefillTokens,
    backgroundTokens,
    cachedByTier: counters?.cachedByTier ?? null,
    ttftMs: summariseTtft(requests),
    wallSeconds,
    outputTokensPerSecond: wallSeconds > 0 ? completionTokens / wallSeconds : 0,
    prefetch: result.prefetch,
    evictions: counters?.evictions ?? null,
  };
}

/**
 * Hit rate of an infinite cache on these prompts: each request's reusable share of characters, weighted by its prompt
 * tokens. Undefined when no reply carried token counts.
 */
export function infiniteCacheHitRate(requests: readonly RequestRecord[]): number | undefined {
  const counted = requests.flatMap(({ reusableShare, usage }) =>
    usage === undefined ? [] : [{ reusableShare, tokens: usage.promptTokens }],
  );
  const tokens = sum(counted.map((request) => request.tokens));
  if (tokens === 0) return undefined;
  return sum(counted.map((request) => request.reusableShare * request.tokens)) / tokens;
}

function summariseTtft(requests: readonly RequestRecord[]): TtftReport {
  const times = requests.map(
    ({ startedAtMs, firstTokenAtMs, endedAtMs }) => (firstTokenAtMs ?? endedAtMs) - startedAtMs,
  );
  return {
    mean: mean(times),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    queueMean: meanOfAll(requests.map((request) => request.timings?.queueMs)),
    prefillMean: meanOfAll(requests.map((request) => request.timings?.prefillMs)),
  };
}

/** A mean over some of the requests would be compared with one over all: null unless every request has the figure. */
function meanOfAll(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? mean(known) : null;
}

/** Counts as the replies gave them, for an engine whose own counters we cannot read. */
function reportedTokens(requests: readonly RequestRecord[]): {
  readonly promptTokens: number;
  readonly cachedTokens: number | null;
  readonly computedPrefillTokens: number | null;
  readonly backgroundTokens: number | null;
} {
  const promptTokens = sum(requests.map((request) => request.usage?.promptTokens ?? 0));
  const cached = requests.map((request) => request.usage?.cachedTokens);
  const known = cached.filter((tokens) => tokens !== undefined);
  if (known.length < cached.length) {
    return {
      promptTokens,
      cachedTokens: null,
      computedPrefillTokens: null,
      backgroundTokens: null,
    };
  }
  const cachedTokens = sum(known);
  return {
    promptTokens,
    cachedTokens,
    computedPrefillTokens: promptTokens - cachedTokens,
    backgroundTokens: 0,
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
