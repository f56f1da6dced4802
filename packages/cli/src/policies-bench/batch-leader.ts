import { batchShaping } from '@entresol/policies/batch-shaping';
import type { LeaderOptions } from '@entresol/policies/batch-shaping';
import type { Policy } from '@entresol/runtime-core';
import { seededRandom } from '@entresol/runtime-core/testing';
import { runFanOut } from './fan-out.ts';
import type { FanOutOutcome, FanOutSetting } from './fan-out.ts';
import { exactly, measurement, unchanged } from './policy-measurement.ts';
import type { Judge, Pair, PolicyMeasurement } from './policy-measurement.ts';

const atLeastLess =
  (share: number): Judge =>
  ({ without, with: value }) => ({
    threshold: `${share * 100} % less or better`,
    met: value <= (1 - share) * without,
  });

const notMore: Judge = ({ without, with: value }) => ({
  threshold: 'not more with it',
  met: value <= without,
});

const atMostLater =
  (ms: number): Judge =>
  ({ without, with: value }) => ({
    threshold: `at most ${ms} ms more, the time that it may spend`,
    met: value - without <= ms,
  });

type Engine = Pick<FanOutSetting, 'prefill' | 'paid'>;
type Prompts = Pick<FanOutSetting, 'branches' | 'shared' | 'own'>;
interface Setting extends Engine {
  readonly resident: boolean;
  readonly leader?: LeaderOptions;
}

const inTurn: Engine = { prefill: 'in-turn', paid: false };
const sideBySide: Engine = { prefill: 'side-by-side', paid: true };

/** The same prompts without the policy and with it. */
async function playBoth(
  prompts: Prompts,
  { leader = {}, ...engine }: Setting,
  signal: AbortSignal,
): Promise<Readonly<Record<keyof FanOutOutcome, Pair>>> {
  const play = (policies: readonly Policy[]): Promise<FanOutOutcome> =>
    runFanOut({ policies, ...prompts, ...engine }, signal);
  const without = await play([]);
  const shaped = await play([batchShaping({ mode: 'on', order: false, leader })]);
  const pair = (key: keyof FanOutOutcome): Pair => ({ without: without[key], with: shaped[key] });
  return {
    computedTokens: pair('computedTokens'),
    lastMs: pair('lastMs'),
    slowestFirstTokenMs: pair('slowestFirstTokenMs'),
  };
}

/** Eight branches, their lengths drawn from the seed. */
function eight(seed: number): Prompts {
  const random = seededRandom(seed);
  const shared = 300 + Math.floor(600 * random());
  return { branches: 8, shared, own: 20 + Math.floor(60 * random()) };
}

interface Wanted {
  readonly computedTokens: Judge;
  readonly lastMs: Judge;
  readonly expectedToHelp: boolean;
}

const ofEight = (workload: string, setting: Setting, wanted: Wanted): PolicyMeasurement => {
  const { computedTokens, lastMs, expectedToHelp } = wanted;
  const time = { unit: 'virtual ms', expectedToHelp, judge: lastMs };
  return measurement({
    policy: 'batch-shaping',
    workload: `fan-out of 8, ${workload}`,
    evidence: 'measured',
    pairs: 5,
    metrics: {
      computedTokens: {
        metric: 'computed prompt tokens',
        unit: 'tokens',
        expectedToHelp,
        judge: computedTokens,
      },
      lastMs: { metric: 'last answer', ...time },
      slowestFirstTokenMs: { metric: 'slowest first token', ...time },
    },
    measure: (seed, signal) => playBoth(eight(seed), setting, signal),
  });
};

const widths = [2, 8, 32] as const;
const sharedLengths = [50, 400, 1_600] as const;
const ownLengths = [10, 100, 800] as const;

/** Every width, every length of what is shared and every length of what is not: where does any of them end later? */
const everySize = (workload: string, engine: Engine): PolicyMeasurement =>
  measurement({
    policy: 'batch-shaping',
    workload: `27 fan-outs of ${widths.join(', ')} branches that share ${sharedLengths.join(', ')} words and have ${ownLengths.join(', ')} of their own, ${workload}`,
    evidence: 'measured',
    pairs: 1,
    metrics: {
      later: {
        metric: 'fan-outs whose last answer comes later',
        unit: 'fan-outs',
        expectedToHelp: false,
        judge: exactly(0),
      },
      computedTokens: {
        metric: 'computed prompt tokens of all',
        unit: 'tokens',
        expectedToHelp: engine.prefill === 'in-turn',
        judge: notMore,
      },
      lastMs: {
        metric: 'last answer, sum of all',
        unit: 'virtual ms',
        expectedToHelp: engine.prefill === 'in-turn',
        judge: notMore,
      },
    },
    measure: async (_seed, signal) => {
      let later = 0;
      const tokens = { without: 0, with: 0 };
      const lastMs = { without: 0, with: 0 };
      for (const prompts of everyPrompts()) {
        const outcome = await playBoth(prompts, { ...engine, resident: false }, signal);
        if (outcome.lastMs.with > outcome.lastMs.without) later += 1;
        for (const side of ['without', 'with'] as const) {
          tokens[side] += outcome.computedTokens[side];
          lastMs[side] += outcome.lastMs[side];
        }
      }
      return { later: { without: 0, with: later }, computedTokens: tokens, lastMs };
    },
  });

function* everyPrompts(): Generator<Prompts> {
  for (const branches of widths) {
    for (const shared of sharedLengths) {
      for (const own of ownLengths) yield { branches, shared, own };
    }
  }
}

const saves = { computedTokens: atLeastLess(0.6), lastMs: notMore, expectedToHelp: true };
const leavesAlone = { computedTokens: unchanged(), lastMs: notMore, expectedToHelp: false };
/** What an app gives for fewer tokens in the row that shows the price. */
const mayBeLaterMs = 200;

export const batchLeaderMeasurements = (): readonly PolicyMeasurement[] => [
  ofEight('cold, prompts computed in turn', { ...inTurn, resident: false }, saves),
  ofEight(
    'cold, paid API that computes prompts side by side',
    { ...sideBySide, resident: false },
    leavesAlone,
  ),
  ofEight(
    `cold, paid API that computes prompts side by side, leader.maxLaterMs ${mayBeLaterMs}`,
    { ...sideBySide, resident: false, leader: { maxLaterMs: mayBeLaterMs } },
    {
      computedTokens: atLeastLess(0.6),
      lastMs: atMostLater(mayBeLaterMs),
      expectedToHelp: true,
    },
  ),
  ofEight('resident, prompts computed in turn', { ...inTurn, resident: true }, leavesAlone),
  ofEight(
    'resident, paid API that computes prompts side by side',
    { ...sideBySide, resident: true },
    leavesAlone,
  ),
  everySize('prompts computed in turn', inTurn),
  everySize('paid API that computes prompts side by side', sideBySide),
];
