import { llamaServer } from '@entresol/engines/llama-server';
import { createRuntime } from '@entresol/runtime-core';
import { armPlans } from '../demo/arm-plan.ts';
import { treatedSage } from '../prior/prior-treatment.ts';
import { predictionReport } from '../report/prediction-report.ts';
import type { EngineReport } from '../report/report-document.ts';
import type { ArmConfig, EngineCounters, ManagedServerTarget } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import { attachExample } from './attach-example.ts';

/** Length at which `reloadToRecompute` is stated. */
const ratioTokens = 2_000;

/** A server that the runtime manages through its driver. Rejects when it cannot be reached. */
export async function openManagedTarget(
  config: ArmConfig,
  target: ManagedServerTarget,
): Promise<ArmTarget> {
  const { baseURL, stateBytes, stateFolder } = target;
  const engine = llamaServer({ baseURL, stateBytes, stateFolder });
  const { policy } = armPlans[config.arm];
  const treated =
    policy === 'cachesage' || policy === 'cachesage-noprefetch'
      ? treatedSage(config.prior ?? 'declared', {
          mode: 'on',
          seed: config.seed,
          prefetches: policy === 'cachesage',
        })
      : undefined;
  const attach = config.trace === undefined ? await attachExample(config.graph) : undefined;
  const runtime = createRuntime({
    engines: engine,
    policies: treated === undefined ? [] : [treated.policy],
  });
  try {
    await runtime.ready;
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const client = runtime.client();
  const report = (): EngineReport => {
    const { name, version, model, slots, contextTokens } = engine.info();
    const ratio = engine.cost.loadMs(ratioTokens, 'disk') / engine.cost.computeMs(0, ratioTokens);
    return {
      name,
      version: version ?? null,
      model,
      weights: target.weights,
      device: null,
      slots,
      contextTokens,
      tierBytes: engine.info().stateBytes,
      reloadToRecompute: Number.isFinite(ratio) ? ratio : null,
    };
  };
  return {
    baseURL: client.baseURL,
    apiKey: client.apiKey,
    fetch: client.fetch,
    model: engine.info().model,
    firstToken: 'content',
    close: () => runtime.close(),
    ...(treated === undefined
      ? {}
      : { ...(attach && { attach: (app: object) => attach(app, runtime) }), host: runtime }),
    endSession: (session) => runtime.closeSession(session),
    engine: report,
    counters: (): EngineCounters => engine.stats(),
    learned: () => ({
      prefetch: runtime.report().background.prefetch,
      ...(treated === undefined
        ? {}
        : {
            prediction: predictionReport(treated.sage.calibration()),
            stateBytes: treated.sage.stateBytes(),
          }),
    }),
  };
}
