import { embedded } from '@entresol/engines/embedded';
import { createRuntime } from '@entresol/runtime-core';
import type { CallQueueOptions, Policy } from '@entresol/runtime-core';
import { armPlans } from '../demo/arm-plan.ts';
import { treatedSage } from '../prior/prior-treatment.ts';
import { predictionReport } from '../report/prediction-report.ts';
import type { EngineReport } from '../report/report-document.ts';
import type { ArmConfig, EmbeddedTarget, EngineCounters } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import { attachExample } from './attach-example.ts';
import { openOracle } from './oracle/open-oracle.ts';
import { openRecording } from './recording.ts';

/** What a benchmark adds to an arm. */
interface Additions {
  readonly policies?: readonly Policy[];
  readonly queue?: CallQueueOptions;
}

/** Opens llama.cpp in this process, managed the way the arm says. Rejects when the engine cannot be opened. */
export async function openEmbeddedTarget(
  config: ArmConfig,
  target: EmbeddedTarget,
  signal: AbortSignal,
  { policies: added = [], queue }: Additions = {},
): Promise<ArmTarget> {
  const plan = armPlans[config.arm];
  const engine = embedded({
    slots: target.slots,
    contextTokens: target.contextTokens,
    tierBytes: target.tierBytes,
    management: plan.management,
    signal,
    ...(target.modelPath === undefined ? {} : { model: target.modelPath }),
    ...(target.randomModel === undefined ? {} : { randomModel: target.randomModel }),
    ...(target.gpu === undefined ? {} : { gpu: target.gpu }),
    ...(target.tierBytesPerSecond === undefined
      ? {}
      : { tierBytesPerSecond: target.tierBytesPerSecond }),
  });
  const treated =
    plan.policy === 'cachesage' || plan.policy === 'cachesage-noprefetch'
      ? treatedSage(config.prior ?? 'declared', {
          mode: 'on',
          seed: config.seed,
          prefetches: plan.policy === 'cachesage',
        })
      : undefined;
  const sage = treated?.sage;
  const oracle = plan.policy === 'oracle' ? await openOracle(config.knownRequestsPath) : undefined;
  const policies = [treated?.policy, oracle, ...added].filter((policy) => policy !== undefined);
  const attach = config.trace === undefined ? await attachExample(config.graph) : undefined;
  const recording =
    config.recordPath === undefined ? undefined : await openRecording(config.recordPath);
  const runtime = createRuntime({
    engines: engine,
    policies,
    ...(queue && { queue }),
    ...(recording === undefined ? {} : { recorder: (entry) => recording.write(entry) }),
  });
  const close = async (): Promise<void> => {
    await runtime.close();
    await recording?.end();
  };
  try {
    await runtime.ready;
  } catch (error) {
    await close();
    throw error;
  }
  const { baseURL, apiKey, fetch } = runtime.client();
  return {
    baseURL,
    apiKey,
    fetch,
    model: engine.info().model,
    firstToken: 'event',
    close,
    ...(policies.length === 0
      ? {}
      : {
          ...(attach && { attach: (app: object) => attach(app, runtime) }),
          host: runtime,
        }),
    promptTokens: (messages) =>
      engine.identify({ messages }, { endpoint: 'count', model: '', namespace: '' }).at(-1)
        ?.tokens ?? 0,
    endSession: (session) => runtime.closeSession(session),
    engine: (): EngineReport => {
      const { name, version, model, weights, device } = engine.info();
      const { slots, contextTokens, tierBytes, reloadToRecompute } = engine.info();
      return {
        name,
        version,
        model,
        weights,
        device,
        slots,
        contextTokens,
        tierBytes,
        reloadToRecompute: finite(reloadToRecompute),
      };
    },
    speed: () => {
      const { computeTokensPerSecond, stateBytesPerToken } = engine.info();
      return { computeTokensPerSecond, stateBytesPerToken };
    },
    counters: (): EngineCounters => engine.stats(),
    learned: () => ({
      prefetch: runtime.report().background.prefetch,
      ...(sage === undefined
        ? {}
        : { prediction: predictionReport(sage.calibration()), stateBytes: sage.stateBytes() }),
    }),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
