import { examineEngine } from '@entresol/engines/doctor';
import type { ArmConfig, ArmResult } from '../arm/arm-messages.ts';
import { runArmProcess } from '../demo/arm-process.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { buildDocument } from '../demo/build-document.ts';
import type { DemoOptions } from '../demo/demo-options.ts';
import type { GraphName } from '../demo/example-names.ts';
import { describeMachine } from '../demo/machine-report.ts';
import { engineSizing, loadSizing } from '../demo/sizing.ts';
import type { ReportDocument } from '../report/report-document.ts';
import { examineBroken } from './broken/examine-broken.ts';
import { runConformance } from './conformance-run.ts';
import { EngineUnavailable, type LiveDocument, type LiveEngineName } from './live-document.ts';
import type { LiveOptions } from './live-options.ts';
import type { LiveEngine } from './live-engine.ts';
import { prepareLlamaServer } from './llama-server/llama-server-live.ts';
import { prepareSGLang } from './sglang/sglang-live.ts';
import { prepareSim } from './sim/sim-live.ts';
import { prepareVLLM } from './vllm/vllm-live.ts';

const arms: readonly ArmName[] = ['unmodified', 'cachesage'];

const prepare: Readonly<
  Record<LiveEngineName, (options: LiveOptions, signal: AbortSignal) => Promise<LiveEngine>>
> = {
  'llama-server': prepareLlamaServer,
  vllm: prepareVLLM,
  sglang: prepareSGLang,
  sim: prepareSim,
};

export interface LiveHost {
  readonly signal: AbortSignal;
  /** A line for the person who waits. */
  readonly say: (line: string) => void;
}

export interface LiveRun {
  readonly document: LiveDocument;
  /** For a table; undefined when nothing ran. */
  readonly report: ReportDocument | undefined;
  readonly demo: DemoOptions;
  readonly results: ReadonlyMap<GraphName, ReadonlyMap<ArmName, ArmResult>>;
}

/** Rejects with the signal's reason when aborted; an engine that cannot run here is a result. */
export async function runLive(options: LiveOptions, host: LiveHost): Promise<LiveRun> {
  const machine = await describeMachine();
  const demo = demoOptionsOf(options);
  const { engine: name } = options;
  try {
    host.say(`${name}: installing and starting`);
    const engine = await prepare[name](options, host.signal);
    host.say(`${name}: ${engine.version}, conformance`);
    const { conformance, doctor, broken } = await engine.withServer(
      'managed',
      async ({ environment, target: { baseURL } }) => ({
        conformance: await runConformance(engine.conformanceTest, environment, host.signal),
        doctor: await examineEngine({ baseURL }),
        broken: await examineBroken(name, baseURL, host.signal),
      }),
      host.signal,
    );
    host.say(`${name}: ${conformance.passed} passed, ${conformance.failed} failed`);
    const results = await runGraphs(engine, demo, host);
    const report = buildDocument(demo, results, machine);
    const { workloads } = report;
    return {
      document: {
        engine: name,
        version: engine.version,
        status: 'live',
        reason: null,
        machine,
        conformance,
        doctor,
        broken,
        workloads,
      },
      report,
      demo,
      results,
    };
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return {
      document: {
        engine: name,
        version: error.version ?? null,
        status: 'unavailable',
        reason: error.message,
        machine,
        conformance: null,
        doctor: null,
        broken: [],
        workloads: [],
      },
      report: undefined,
      demo,
      results: new Map(),
    };
  }
}

async function runGraphs(
  engine: LiveEngine,
  demo: DemoOptions,
  host: LiveHost,
): Promise<ReadonlyMap<GraphName, ReadonlyMap<ArmName, ArmResult>>> {
  const results = new Map<GraphName, ReadonlyMap<ArmName, ArmResult>>();
  for (const graph of demo.graphs) {
    const ofGraph = new Map<ArmName, ArmResult>();
    for (const arm of demo.arms) {
      host.say(`${graph}: ${arm}`);
      ofGraph.set(arm, await runOnFreshServer(arm, graph, engine, demo, host.signal));
    }
    results.set(graph, ofGraph);
  }
  return results;
}

/** Arms share nothing: each has a server of its own, started for it. */
function runOnFreshServer(
  arm: ArmName,
  graph: GraphName,
  engine: LiveEngine,
  { seed, sessions, concurrency, thinkScale }: DemoOptions,
  signal: AbortSignal,
): Promise<ArmResult> {
  return engine.withServer(
    arm === 'unmodified' ? 'plain' : 'managed',
    ({ target }) => {
      const config: ArmConfig = {
        arm,
        graph,
        target,
        seed,
        sessions,
        concurrency,
        thinkScale,
        // The same prompts in both arms, whatever the model says.
        director: 'script',
      };
      return runArmProcess(config, { signal, onMessage: () => undefined });
    },
    signal,
  );
}

function demoOptionsOf({ graphs, load, quick, json, seed, modelPath }: LiveOptions): DemoOptions {
  return {
    graphs,
    load,
    quick,
    json,
    color: false,
    arms,
    seed,
    ...loadSizing(load, quick),
    ...engineSizing,
    ...(modelPath === undefined ? {} : { modelPath }),
    director: 'script',
  };
}
