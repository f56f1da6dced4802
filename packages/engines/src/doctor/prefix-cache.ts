import { readMetrics, sumOf } from '../http/prometheus.ts';
import type { EngineCheck } from './examination.ts';
import type { Patient } from './patient.ts';

/** Of a prompt that shares its long system prompt with one before it, this much must come from the cache. */
const hitShare = 0.5;
const hitsMetric = 'vllm:prefix_cache_hits_total';

/** How a server is told to report cached tokens, and to cache at all. */
const reportFlag = { vllm: '--enable-prompt-tokens-details', sglang: '--enable-cache-report' };
const cacheAdvice = {
  vllm: 'start it without --no-enable-prefix-caching',
  sglang: 'start it without --disable-radix-cache',
  'llama-server':
    'nothing may set cache_prompt: false, and --slot-prompt-similarity must not be near 1',
  'openai-compatible': 'ask whoever runs it; without a prefix cache there is nothing to keep',
};

export const isHit = (cached: number, input: number): boolean => cached >= hitShare * input;

/** Sends a fresh long prompt and, with another question behind it, again. */
export async function checkPrefixCache(patient: Patient): Promise<readonly EngineCheck[]> {
  const { prompts, identity } = patient;
  const head = prompts.head();
  const hitsBefore = await countedHits(patient);
  const first = await patient.ask(prompts.chat(head, 'the first question'));
  const second = await patient.ask(prompts.chat(head, 'another question'));
  if (first === undefined || second === undefined) {
    const finding = 'replies have no usage: neither tokens nor hits can be counted';
    const fix = 'whatever stands between must pass `usage` on';
    return [
      { check: 'cached-tokens', verdict: 'broken', finding, fix },
      { check: 'prefix-cache', verdict: 'unknown', finding: 'no usage to tell by' },
    ];
  }
  const reported = reporting(patient, second.cacheRead !== undefined);
  if (second.cacheRead !== undefined) {
    return [reported, judged(patient, second.cacheRead, second.input, 'replies say')];
  }
  const hits = (await countedHits(patient)) ?? Number.NaN;
  const counted = hits - (hitsBefore ?? Number.NaN);
  if (Number.isFinite(counted)) {
    return [reported, judged(patient, counted, second.input, 'its counters say')];
  }
  const off = identity.cachesPrefixes === false;
  return [
    reported,
    {
      check: 'prefix-cache',
      verdict: off ? 'broken' : 'unknown',
      finding: off ? 'it says itself that its prefix cache is off' : 'no cached tokens to tell by',
      ...(off ? { fix: cacheAdvice[identity.kind] } : {}),
    },
  ];
}

function reporting({ identity: { kind } }: Patient, reports: boolean): EngineCheck {
  const check = 'cached-tokens';
  if (reports) return { check, verdict: 'ok', finding: 'every reply says how many were cached' };
  const flag = kind === 'vllm' || kind === 'sglang' ? reportFlag[kind] : undefined;
  return {
    check,
    verdict: 'broken',
    finding: 'replies do not say how many tokens were cached: nothing that is kept can be verified',
    fix: flag === undefined ? 'use a server that reports cached tokens' : `start it with ${flag}`,
    ...(flag === undefined ? {} : { flag }),
  };
}

function judged(
  { identity: { kind } }: Patient,
  cached: number,
  input: number,
  source: string,
): EngineCheck {
  const finding = `${source}: ${cached} of ${input} tokens of a repeated prompt were cached`;
  if (isHit(cached, input)) return { check: 'prefix-cache', verdict: 'ok', finding };
  return { check: 'prefix-cache', verdict: 'broken', finding, fix: cacheAdvice[kind] };
}

async function countedHits({ client, identity }: Patient): Promise<number | undefined> {
  if (identity.kind !== 'vllm') return undefined;
  const samples = readMetrics(await client.text('GET', '/metrics', undefined), [hitsMetric]);
  return samples.length === 0 ? undefined : sumOf(samples, hitsMetric);
}
