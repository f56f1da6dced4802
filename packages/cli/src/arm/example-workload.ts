import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import type { GraphName } from '../demo/example-names.ts';
import type { ExampleArmConfig } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import type { ArmWorkload, ArmWorkloadOptions } from './arm-workload.ts';

type CreateLoad = (options: ExampleLoadOptions) => ExampleLoad;

/** The example graphs with their users, each loaded only where it is run: it brings its framework. */
export const exampleLoads: Readonly<Record<GraphName, () => Promise<CreateLoad>>> = {
  'support-desk': async () =>
    (await import('@entresol/example-support-desk')).createSupportDeskLoad,
  'research-crew': async () =>
    (await import('@entresol/example-research-crew')).createResearchCrewLoad,
  'code-helper': async () => (await import('@entresol/example-code-helper')).createCodeHelperLoad,
  'market-brief': async () =>
    (await import('@entresol/example-market-brief')).createMarketBriefLoad,
  concierge: async () => (await import('@entresol/example-concierge')).createConciergeLoad,
};

/** An example graph on this target: the app, its users, and who decides. */
export async function createExampleWorkload(
  config: ExampleArmConfig,
  target: ArmTarget,
  options: ArmWorkloadOptions,
): Promise<ArmWorkload> {
  const { baseURL, apiKey, model } = target;
  const { seed, sessions, concurrency, thinkScale } = config;
  const createLoad = await exampleLoads[config.graph]();
  const load = createLoad({
    client: { baseURL, apiKey, model, fetch: options.fetch },
    seed,
    sessions,
    concurrency,
    thinkScale,
    // Random weights decide nothing: a script leads, so that every arm sends the same prompts.
    director: target.engine().weights === 'random' ? 'script' : (config.director ?? 'model'),
  });
  target.attach?.(load.app);
  let answered = 0;
  let agent: string | undefined;
  const report = (): void =>
    options.onProgress({ done: answered / load.turns, ...(agent === undefined ? {} : { agent }) });
  return {
    agents: load.agents,
    async run(signal) {
      const { failures } = await load.run({
        signal,
        onSessionEnd: target.endSession,
        onCall: (next) => {
          agent = next;
          report();
        },
        onTurn: () => {
          answered += 1;
          report();
        },
      });
      signal.throwIfAborted();
      const [first] = failures;
      if (first !== undefined) {
        const reason = first.error instanceof Error ? first.error.message : String(first.error);
        throw new Error(
          `${failures.length} of ${sessions} sessions failed; ${first.session}: ${reason}`,
          { cause: first.error },
        );
      }
    },
  };
}
