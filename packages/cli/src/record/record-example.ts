import { embedded } from '@entresol/engines/embedded';
import type { EmbeddedStats } from '@entresol/engines/embedded';
import { recordTo } from '@entresol/replay/node';
import type { TraceRecordingReport } from '@entresol/replay/node';
import { createRuntime } from '@entresol/runtime-core';
import { attachExample } from '../arm/attach-example.ts';
import { exampleLoads } from '../arm/example-workload.ts';
import { engineSizing } from '../demo/sizing.ts';
import type { RecordOptions } from './record-command.ts';

/** What was recorded, and what the engine itself counted meanwhile. */
export interface RecordedExample {
  readonly recording: TraceRecordingReport;
  readonly engine: EmbeddedStats;
  /** Agents of the graph. */
  readonly agents: number;
}

/**
 * Runs an example graph on the embedded engine and records it. Rejects when the engine cannot be opened, a session failed
 * or the file cannot be written; what was recorded until then stays.
 */
export async function recordExample(
  { graph, out, overwrite, sessions, concurrency, seed, thinkScale, modelPath }: RecordOptions,
  signal: AbortSignal,
): Promise<RecordedExample> {
  const engine = embedded({
    ...engineSizing,
    signal,
    ...(modelPath === undefined ? {} : { model: modelPath }),
  });
  const recording = recordTo(out, { overwrite });
  const runtime = createRuntime({ engines: engine, policies: [recording] });
  let agents = 0;
  try {
    await runtime.ready;
    const { baseURL, apiKey, fetch } = runtime.client();
    const { model, weights } = engine.info();
    const createLoad = await exampleLoads[graph]();
    const load = createLoad({
      client: { baseURL, apiKey, model, fetch },
      seed,
      sessions,
      concurrency,
      thinkScale,
      director: weights === 'random' ? 'script' : 'model',
    });
    ({ agents } = load);
    (await attachExample(graph))(load.app, runtime);
    const { failures } = await load.run({
      signal,
      onSessionEnd: (session) => runtime.closeSession(session),
    });
    signal.throwIfAborted();
    const [first] = failures;
    if (first !== undefined) {
      throw new Error(`${failures.length} of ${sessions} sessions failed: ${String(first.error)}`, {
        cause: first.error,
      });
    }
  } finally {
    await runtime.close();
    await recording.close();
  }
  const report = recording.report();
  if (report.failure !== undefined) throw new Error(report.failure);
  return { recording: report, engine: engine.stats(), agents };
}
