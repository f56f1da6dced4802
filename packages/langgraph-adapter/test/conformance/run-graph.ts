import type { RunInput } from '@entresol/conformance';

interface Config {
  readonly configurable?: { readonly thread_id: string };
  readonly signal?: AbortSignal;
}

/** As much of a compiled graph or an agent as the suite uses. */
export interface RunnableGraph {
  invoke(input: unknown, config?: Config): Promise<unknown>;
  stream(
    input: unknown,
    config?: Config & { readonly streamMode: ('updates' | 'messages')[] },
  ): Promise<AsyncIterable<unknown>>;
}

/** Runs a graph as the input says, and gives all that it gives. */
export async function runGraph(
  app: RunnableGraph,
  input: unknown,
  { mode, session, signal }: RunInput,
): Promise<unknown> {
  const config: Config = {
    ...(session === undefined ? {} : { configurable: { thread_id: session } }),
    ...(signal === undefined ? {} : { signal }),
  };
  if (mode === 'whole') return app.invoke(input, config);
  const stream = await app.stream(input, { ...config, streamMode: ['updates', 'messages'] });
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
