import { attach } from '@entresol/langgraph-adapter';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { figureOf, printFigure, verdict } from './figures.ts';
import type { Figure } from './figures.ts';
import { ForgetfulHost } from './forgetful-host.ts';

const nodes = 20;
const rounds = 12;
const runsPerRound = 20;
const mostUs = 150;

const State = Annotation.Root({ count: Annotation<number>() });

function chain() {
  const names = Array.from({ length: nodes }, (_, index) => `n${index}`);
  const graph = new StateGraph(State).addNode(
    names.map((name): [string, (state: { count: number }) => { count: number }] => [
      name,
      ({ count }) => ({ count: count + 1 }),
    ]),
  );
  for (const [index, name] of names.entries()) graph.addEdge(names[index - 1] ?? START, name);
  return graph.compile();
}

/** Hears everything and does nothing: what LangChain itself charges for an awaited handler. */
class EmptyHandler extends BaseCallbackHandler {
  readonly name = 'empty';
  constructor() {
    super({ _awaitHandler: true });
  }
}

interface Variant {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  readonly figures: Figure[];
}

function variant(name: string, app: ReturnType<typeof chain>): Variant {
  return { name, run: () => app.invoke({ count: 0 }, { recursionLimit: nodes + 5 }), figures: [] };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** All variants in turns, in one process, so that they see the same machine; each round begins with another one. */
export async function benchNodes(): Promise<void> {
  console.log(`\nadapter per node, a chain of ${nodes} nodes without a model`);
  const heard = chain();
  heard.config = { callbacks: [new EmptyHandler()] };
  const attached = chain();
  const attachment = attach(attached, new ForgetfulHost());
  const variants = [
    variant('the bare app', chain()),
    variant('with an empty handler', heard),
    variant('attached', attached),
  ];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % variants.length;
    for (const { run, figures } of [...variants.slice(first), ...variants.slice(0, first)]) {
      const figure = await figureOf(run, { samples: runsPerRound });
      // The first round warms up.
      if (round > 0) figures.push(perNode(figure));
    }
  }
  attachment.detach();
  const base = median(variants[0]?.figures.map(({ medianUs }) => medianUs) ?? []);
  for (const { name, figures } of variants) {
    const medianUs = median(figures.map((figure) => figure.medianUs));
    const added = medianUs - base;
    const said = name === 'attached' ? `, ${verdict(added, mostUs, 'µs added')}` : '';
    const figure = {
      meanUs: median(figures.map((each) => each.meanUs)),
      medianUs,
      p99Us: median(figures.map((each) => each.p99Us)),
      samples: rounds * runsPerRound,
    };
    printFigure(name, figure, added === 0 ? '' : `adds ${added.toFixed(1)} µs${said}`);
  }
}

function perNode({ meanUs, medianUs, p99Us, samples }: Figure): Figure {
  return { meanUs: meanUs / nodes, medianUs: medianUs / nodes, p99Us: p99Us / nodes, samples };
}
