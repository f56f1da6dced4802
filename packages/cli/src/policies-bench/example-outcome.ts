import type { ExampleClient } from '@entresol/example-load';
import type { CallQueueOptions, Policy, RequestBody, RuntimeReport } from '@entresol/runtime-core';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { attachExample } from '../arm/attach-example.ts';
import { exampleLoads } from '../arm/example-workload.ts';
import type { GraphName } from '../demo/example-names.ts';

interface ExampleSetting {
  readonly graph: GraphName;
  readonly seed: number;
  readonly sessions: number;
  readonly policies: readonly Policy[];
  readonly habits?: ExampleClient['habits'];
  readonly queue?: CallQueueOptions;
  /** Hears how long each request took until its answer began, in ms. */
  readonly onRequest?: (ms: number) => void;
}

/** What an example did and said. */
export interface ExampleOutcome {
  /** Requests as they reached the engine, in that order. */
  readonly requests: readonly RequestBody[];
  /** Answers of the app by session and turn. */
  readonly answers: Readonly<Record<string, string>>;
  readonly failures: number;
  readonly report: RuntimeReport;
}

/**
 * Runs the script of an example, one session after the other so that the order of requests is the seed's alone, on an
 * engine that computes nothing and answers at once.
 */
export async function runExampleScript(
  { graph, seed, sessions, policies, habits, queue, onRequest }: ExampleSetting,
  signal: AbortSignal,
): Promise<ExampleOutcome> {
  const driver = new FakeDriver({ slots: 1 });
  const runtime = createRuntime({ engines: driver, policies, ...(queue && { queue }) });
  try {
    await runtime.ready;
    const { baseURL, apiKey, fetch } = runtime.client();
    const createLoad = await exampleLoads[graph]();
    const load = createLoad({
      client: {
        baseURL,
        apiKey,
        fetch: onRequest === undefined ? fetch : timed(fetch, onRequest),
        model: 'script',
        ...(habits && { habits }),
      },
      seed,
      sessions,
      concurrency: 1,
      thinkScale: 0,
      director: 'script',
      wait: () => Promise.resolve(),
    });
    (await attachExample(graph))(load.app, runtime);
    const answers: Record<string, string> = {};
    const { failures } = await load.run({
      signal,
      onTurn: ({ session, turn, reply }) => (answers[`${session} ${turn}`] = reply),
      onSessionEnd: (session) => runtime.closeSession(session),
    });
    signal.throwIfAborted();
    return {
      requests: driver.requests.map(({ body }) => body),
      answers,
      failures: failures.length,
      report: runtime.report(),
    };
  } finally {
    await runtime.close();
  }
}

function timed(send: typeof fetch, onRequest: (ms: number) => void): typeof fetch {
  return async (input, init) => {
    const fromMs = performance.now();
    const response = await send(input, init);
    onRequest(performance.now() - fromMs);
    return response;
  };
}
