import { RunnableLambda } from '@langchain/core/runnables';
import { START } from '@langchain/langgraph';
import type { StreamMode } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../../src/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { emptyGraph } from './app-state.ts';
import type { AppStateType } from './app-state.ts';
import { jsonOf, RunIdentities } from './run-identities.ts';

const modes: StreamMode[] = ['values', 'updates', 'tasks'];

/** Says so after that many microtasks: nothing of the app tells which of two such nodes is first. */
const after = (name: string, ticks: number) => async (): Promise<Partial<AppStateType>> => {
  for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
  return { log: [name] };
};

/** Functions beside a chain of runnables: only the steps of the chain have callbacks to await. */
function racingApp() {
  const nothing = after('chain', 0);
  const chain = RunnableLambda.from(nothing).pipe(nothing).pipe(nothing);
  const graph = emptyGraph().addNode('chain', chain).addEdge(START, 'chain');
  for (let ticks = 0; ticks <= 400; ticks += 20) {
    graph.addNode(`after-${ticks}`, after(`after-${ticks}`, ticks));
    graph.addEdge(START, `after-${ticks}`);
  }
  return graph.compile();
}

/** Chunks by superstep. */
async function supersteps(isAttached: boolean): Promise<readonly (readonly string[])[]> {
  const app = racingApp();
  if (isAttached) attach(app, new RecordingHost());
  const steps: string[][] = [[]];
  const ids = new RunIdentities();
  for await (const [mode, chunk] of await app.stream({ log: ['in'] }, { streamMode: modes })) {
    steps.at(-1)?.push(ids.in(jsonOf([mode, chunk])));
    if (mode === 'values') steps.push([]);
  }
  return steps;
}

describe('nodes that end in the same turn of the event loop', () => {
  it('are heard in another order, with the same chunks in each superstep', async () => {
    const plain = await supersteps(false);
    const attached = await supersteps(true);
    // The limit is real: a lighter handler moves the tie, it does not do away with it.
    expect(attached).not.toEqual(plain);
    expect(attached.map((step) => step.toSorted())).toEqual(plain.map((step) => step.toSorted()));
  });
});
