import type { AdapterHost } from '@entresol/runtime-core';
import { frameworkOf } from '../demo/example-names.ts';
import type { FrameworkName, GraphName } from '../demo/example-names.ts';

/** Shows an app to a runtime. */
export type AttachApp = (app: object, runtime: AdapterHost) => void;

type Attach = (app: object, runtime: AdapterHost, options: { readonly id: string }) => unknown;

/** The adapter of an example's framework; the other frameworks are not loaded. The workload has the graph's name. */
export async function attachExample(graph: GraphName): Promise<AttachApp> {
  const attach = await adapters[frameworkOf[graph]]();
  return (app, runtime) => void attach(app, runtime, { id: graph });
}

const adapters: Readonly<Record<FrameworkName, () => Promise<Attach>>> = {
  langgraph: async () => (await import('@entresol/langgraph-adapter')).attach,
  mastra: async () => (await import('@entresol/mastra-adapter')).attach,
};
