import type { ArmConfig, EmbeddedTarget, ServerTarget } from '../arm/arm-messages.ts';
import { armPlans } from './arm-plan.ts';
import type { ArmName } from './arm-plan.ts';
import type { DemoOptions } from './demo-options.ts';
import type { GraphName } from './example-names.ts';

/** The task of one arm's process. Only the target and the recording differ between arms. */
export function armConfig(
  arm: ArmName,
  graph: GraphName,
  options: DemoOptions,
  partialRecord?: string,
): ArmConfig {
  const { seed, sessions, concurrency, thinkScale } = options;
  return {
    arm,
    graph,
    target: targetOf(arm, options),
    seed,
    sessions,
    concurrency,
    thinkScale,
    ...(options.director === undefined ? {} : { director: options.director }),
    ...(arm === 'cachesage' && partialRecord !== undefined ? { recordPath: partialRecord } : {}),
  };
}

function targetOf(arm: ArmName, options: DemoOptions): EmbeddedTarget | ServerTarget {
  if (options.serverURL !== undefined) return { kind: 'server', baseURL: options.serverURL };
  return {
    kind: 'embedded',
    slots: options.slots,
    contextTokens: options.contextTokens,
    tierBytes: armPlans[arm].secondTier ? options.tierBytes : 0,
    ...(options.modelPath === undefined ? {} : { modelPath: options.modelPath }),
  };
}
