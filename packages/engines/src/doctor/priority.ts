import { EngineError } from '@entresol/runtime-core';
import type { EngineCheck } from './examination.ts';
import type { Patient } from './patient.ts';

const check = 'priority';
/** Requests of either priority in a burst: more prompt than an engine takes into one batch. */
const groupSize = 12;
const bursts = 2;
/**
 * Share of pairs in which the smaller number came back first. Priorities are dealt out at random, so without any effect
 * it is 1/2, with a standard deviation of √(25 / (12 · 144 · 2)) = 0.085: this far off it is no chance.
 */
const smallerFirstFrom = 0.8;

/** Which way a server orders priorities. */
type Polarity = 'smaller first' | 'larger first' | 'none';

const wanted = { vllm: 'smaller first', sglang: 'larger first' } as const;
const flags = { vllm: '--scheduling-policy priority', sglang: '--enable-priority-scheduling' };

/** Sends bursts of requests of two priorities and looks which come back first. */
export async function checkPriority(patient: Patient): Promise<EngineCheck> {
  const { kind } = patient.identity;
  if (kind === 'llama-server') {
    const finding = 'it has none: the driver keeps warm-ups behind requests itself';
    return { check, verdict: 'ok', finding };
  }
  if (kind === 'openai-compatible') {
    const finding = 'not tried: what a priority would mean here is not known';
    return { check, verdict: 'unknown', finding };
  }
  const fix = `start it with ${flags[kind]}, or leave the driver's \`priority\` false`;
  const flag = flags[kind];
  let smallerFirst = 0;
  for (let burst = 0; burst < bursts; burst++) {
    const share = await smallerFirstIn(patient);
    if (share instanceof EngineError) {
      const finding = `refused: ${share.message}`;
      return { check, verdict: 'hint', finding, fix, flag };
    }
    smallerFirst += share / bursts;
  }
  const polarity = polarityOf(smallerFirst);
  const finding = `the smaller number came back first in ${Math.round(100 * smallerFirst)} % of pairs: ${polarity === 'none' ? 'no effect, or a burst fits into one batch' : polarity}`;
  if (polarity === wanted[kind]) return { check, verdict: 'ok', finding };
  if (polarity === 'none') {
    return { check, verdict: 'hint', finding, fix, flag, ignoredField: 'priority' };
  }
  return {
    check,
    verdict: 'broken',
    finding: `${finding}, the other way round than the driver means it`,
    fix: "leave the driver's `priority` false: warm-ups would go before requests",
  };
}

function polarityOf(smallerFirst: number): Polarity {
  if (smallerFirst >= smallerFirstFrom) return 'smaller first';
  return smallerFirst <= 1 - smallerFirstFrom ? 'larger first' : 'none';
}

async function smallerFirstIn({ prompts, client }: Patient): Promise<number | EngineError> {
  const came: number[] = [];
  const send = async (priority: number): Promise<void> => {
    const body = { ...prompts.chat(prompts.head(), 'a question'), priority };
    await client.text('POST', '/v1/chat/completions', JSON.stringify(body));
    came.push(priority);
  };
  const dealt = prompts.shuffled([
    ...Array.from({ length: groupSize }, () => -10),
    ...Array.from({ length: groupSize }, () => 10),
  ]);
  const ended = await Promise.allSettled(dealt.map(send));
  for (const one of ended) {
    if (one.status === 'fulfilled') continue;
    if (one.reason instanceof EngineError) return one.reason;
    throw one.reason;
  }
  let pairs = 0;
  came.forEach((priority, at) => {
    if (priority < 0) pairs += came.slice(at).filter((later) => later > 0).length;
  });
  return pairs / groupSize ** 2;
}
