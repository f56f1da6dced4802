import { entrypoint, getPreviousState, interrupt, MemorySaver, task } from '@langchain/langgraph';
import { InMemoryCache } from '@langchain/langgraph-checkpoint';
import type { Step } from './graph-plan.ts';
import { labelOf } from './app-state.ts';
import type { World } from './world.ts';

interface Input {
  readonly log: readonly string[];
}

/** An app of the functional API: its steps one after the other. */
export function buildEntrypoint(world: World, steps: readonly Step[], remembers: boolean) {
  const ask = async (visit: string): Promise<string> => {
    await world.time.work(visit);
    return (await world.model.invoke(visit)).text;
  };
  const asking = task('ask', ask);
  const retried = task(
    {
      name: 'retried',
      retry: { maxAttempts: 2, initialInterval: 10, jitter: false, logWarning: false },
    },
    async (visit: string) => {
      const said = await ask(visit);
      if (world.visit(`attempt at ${visit}`) === 0) throw new Error(`first attempt at ${visit}`);
      return said;
    },
  );
  const cached = task({ name: 'cached', cachePolicy: { keyFunc: () => 'always' } }, ask);
  const failing = task('failing', async (visit: string): Promise<string> => {
    await ask(visit);
    throw new RangeError(`${visit} is broken`);
  });

  return entrypoint(
    {
      name: 'generated',
      cache: new InMemoryCache(),
      ...(remembers ? { checkpointer: new MemorySaver() } : {}),
    },
    async (input: Input) => {
      const before = getPreviousState<readonly string[]>();
      const log = [...input.log, `${before?.length ?? 0} before`];
      for (const [index, step] of steps.entries()) {
        const visit = `${labelOf(input)} step ${index}`;
        log.push(...(await take(step, visit)));
      }
      return log;
    },
  );

  async function take(step: Step, visit: string): Promise<readonly string[]> {
    if (step === 'side by side') {
      return Promise.all([asking(`${visit} left`), retried(`${visit} right`)]);
    }
    if (step === 'interrupt') return [`${visit} heard ${String(interrupt({ question: visit }))}`];
    if (step === 'failing task') {
      return [await failing(visit).catch((error: unknown) => String(error))];
    }
    const run = { task: asking, 'retried task': retried, 'cached task': cached }[step];
    return [await run(visit)];
  }
}
