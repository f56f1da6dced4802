import { AsyncLocalStorage } from 'node:async_hooks';

/** What every call of an agent begins with, in the form in which Mastra hands it to the model. */
export interface AgentPrefix {
  /** System messages, in order. */
  readonly system: readonly unknown[];
  readonly tools: readonly unknown[];
}

interface Probe {
  prefix: AgentPrefix | undefined;
}

const probing = new AsyncLocalStorage<Probe>();

export function currentProbe(): Probe | undefined {
  return probing.getStore();
}

/** Runs an agent whose model answers at once and asks nobody; returns what the model was asked. */
export async function probePrefix(run: () => Promise<unknown>): Promise<AgentPrefix | undefined> {
  const probe: Probe = { prefix: undefined };
  await probing.run(probe, run);
  return probe.prefix;
}

/** The answer of a model that is probed: one stop, in the parts of its version of the provider interface. */
export function probeReply(version: unknown): Readonly<Record<string, unknown>> {
  const isOld = version === 'v2';
  const usage = isOld
    ? { inputTokens: 0, outputTokens: 0, totalTokens: 0 }
    : { inputTokens: { total: 0 }, outputTokens: { total: 0 } };
  const finishReason = isOld ? 'stop' : { unified: 'stop', raw: 'stop' };
  const stream = ReadableStream.from([
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: '.' },
    { type: 'text-end', id: '1' },
    { type: 'finish', finishReason, usage },
  ]);
  return { stream, warnings: [], request: {}, response: {} };
}
