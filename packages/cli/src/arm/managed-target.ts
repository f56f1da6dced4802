import { createRuntime } from '@entresol/runtime-core';
import { armPlans } from '../demo/arm-plan.ts';
import { treatedSage } from '../prior/prior-treatment.ts';
import { predictionReport } from '../report/prediction-report.ts';
import type { ArmConfig, ManagedServerTarget } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import { attachExample } from './attach-example.ts';
import { openManagedEngine } from './managed-engine.ts';

/** A server that the runtime manages through its driver. Rejects when it cannot be reached. */
export async function openManagedTarget(
  config: ArmConfig,
  target: ManagedServerTarget,
): Promise<ArmTarget> {
  const engine = openManagedEngine(target);
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
    engines: engine.driver,
    policies: treated === undefined ? [] : [treated.policy],
  });
  try {
    await runtime.ready;
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const client = runtime.client();
  return {
    baseURL: client.baseURL,
    apiKey: client.apiKey,
    fetch: client.fetch,
    model: engine.report().model,
    firstToken: 'content',
    close: () => runtime.close(),
    ...(treated === undefined
      ? {}
      : { ...(attach && { attach: (app: object) => attach(app, runtime) }), host: runtime }),
    endSession: (session) => runtime.closeSession(session),
    engine: engine.report,
    counters: engine.counters,
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
