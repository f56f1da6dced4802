import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import type { ExampleArmConfig } from './arm-messages.ts';
import { nothingLearned } from './arm-target.ts';
import { attachExample } from './attach-example.ts';
import { createExampleWorkload } from './example-workload.ts';
import { hashPrompt, promptParts } from './prompt-parts.ts';

/** A request that the script will send, whoever answers. */
export interface PlannedRequest {
  readonly promptHash: string;
  readonly session: string;
  readonly agent: string;
  readonly messages: readonly string[];
}

/**
 * Which agent of which session sends each prompt of a scripted run. Arms whose app is not attached cannot tell, so the
 * same script runs once, attached, against a driver that computes nothing and answers at once: only who asks what is
 * kept of it, no time and no token count. Holds for scripted runs alone; where a model leads, prompts differ run by run.
 */
export async function planRequests(
  config: Pick<ExampleArmConfig, 'graph' | 'seed' | 'sessions' | 'concurrency'>,
  signal: AbortSignal,
): Promise<readonly PlannedRequest[]> {
  const driver = new FakeDriver({ tokenUnit: 'words' });
  const runtime = createRuntime({ engines: driver, policies: [] });
  try {
    await runtime.ready;
    const { baseURL, apiKey, fetch } = runtime.client();
    const attach = await attachExample(config.graph);
    const target = {
      baseURL,
      apiKey,
      fetch,
      model: 'script',
      firstToken: 'event' as const,
      attach: (app: object) => attach(app, runtime),
      endSession: (session: string) => runtime.closeSession(session),
      engine: () => scriptedEngine,
      counters: () => undefined,
      learned: () => nothingLearned,
      close: () => Promise.resolve(),
    };
    const arm = {
      ...config,
      arm: 'unmodified' as const,
      target: { kind: 'server' as const, baseURL },
      thinkScale: 0,
    };
    const workload = await createExampleWorkload(arm, target, {
      fetch,
      onProgress: () => undefined,
    });
    await workload.run(signal);
    return driver.requests.map(({ body, draft }) => {
      const messages = promptParts(body);
      if (messages === undefined || draft === undefined) {
        throw new Error('A request of the script could not be attributed to an agent.');
      }
      const { session, agent } = draft;
      return { promptHash: hashPrompt(messages), session, agent, messages };
    });
  } finally {
    await runtime.close();
  }
}

/** What makes the example follow its script. */
const scriptedEngine = {
  name: 'none',
  version: null,
  model: 'script',
  weights: 'random',
  slots: null,
  device: null,
  contextTokens: null,
  tierBytes: null,
  reloadToRecompute: null,
} as const;
