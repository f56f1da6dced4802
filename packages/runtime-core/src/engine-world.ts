import type { World } from './decision-record.ts';
import type { EngineDriver } from './engine-driver.ts';
import type { EndpointId } from './identities.ts';
import type { PromptMemory } from './prompt-memory.ts';
import type { EngineLoad } from './residency.ts';

/** What policies may ask of the engines and of the prompts that are remembered. */
export function engineWorld(
  of: (endpoint: EndpointId) => EngineDriver,
  loadOf: (driver: EngineDriver) => EngineLoad,
  memory: PromptMemory,
): World {
  return {
    residency: { of: (prefix) => of(prefix.scope.endpoint).residency.of(prefix) },
    cost: (scope) => {
      const driver = of(scope.endpoint);
      return driver.costOf?.(scope) ?? driver.cost;
    },
    load: (endpoint) => loadOf(of(endpoint)),
    nextPrefix: (agent, session) => memory.nextPrefix(agent, session),
  };
}
