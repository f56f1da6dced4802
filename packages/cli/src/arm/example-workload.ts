import { createCodeHelperLoad } from '@entresol/example-code-helper';
import { createResearchCrewLoad } from '@entresol/example-research-crew';
import { createSupportDeskLoad } from '@entresol/example-support-desk';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import type { GraphName } from '../demo/demo-options.ts';
import type { ExampleArmConfig } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import type { ArmWorkload, ArmWorkloadOptions } from './arm-workload.ts';

/** The example graphs with their users. */
export const exampleLoads: Readonly<
  Record<GraphName, (options: ExampleLoadOptions) => ExampleLoad>
> = {
  'support-desk': createSupportDeskLoad,
  'research-crew': createResearchCrewLoad,
  'code-helper': createCodeHelperLoad,
};

/** An example graph on this target: the app, its users, and who decides. */
export function createExampleWorkload(
  config: ExampleArmConfig,
  target: ArmTarget,
  options: ArmWorkloadOptions,
): ArmWorkload {
  const { baseURL, apiKey, model } = target;
  const { seed, sessions, concurrency, thinkScale } = config;
  const load = exampleLoads[config.graph]({
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
