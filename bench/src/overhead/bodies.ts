import { createPrefixChain, createRuntime, randomKey } from '@entresol/runtime-core';
import type { PrefixLink, RequestBody } from '@entresol/runtime-core';
import { scriptedLink } from '@entresol/runtime-core/testing';
import { scope } from './agent-traffic.ts';
import { BenchEngine } from './bench-engine.ts';
import { figureOf, printFigure, verdict } from './figures.ts';
import { Stopwatch } from './stopwatch.ts';

const sizesKb = [2, 16, 128] as const;
const mostRatio = 1.5;
const turnCharacters = 600;

/** A conversation of about that many bytes: a role head with a tool, and turns. */
function bodyOf(kilobytes: number): RequestBody {
  const sentence =
    'You answer questions about orders, briefly and in order. "Where?" is one of them.\n';
  const head = sentence.repeat(Math.max(1, kilobytes));
  const messages = [{ role: 'system', content: head }];
  for (let size = head.length; size < kilobytes * 1_024; size += turnCharacters) {
    const role = messages.length % 2 === 1 ? 'user' : 'assistant';
    const content = `${messages.length} ${sentence.repeat(8)}`.slice(0, turnCharacters);
    messages.push({ role, content });
  }
  const parameters = { type: 'object', properties: { order: { type: 'string' } } };
  const tool = { type: 'function', function: { name: 'look_up', parameters } };
  return { model: 'm', messages, tools: [tool], temperature: 0.2 };
}

type Chain = (body: RequestBody) => readonly PrefixLink[];

/** Role head and a prefix per message, hashed: what a driver of a remote engine does. */
function chainOf(): Chain {
  const chain = createPrefixChain(randomKey());
  return ({ messages }) => {
    const links: PrefixLink[] = [];
    for (const message of Array.isArray(messages) ? messages : []) {
      const piece = `${message.role} ${message.content}`;
      const parent = links.at(-1);
      links.push({
        id: chain.extend(scope, parent?.id, piece),
        tokens: (parent?.tokens ?? 0) + Math.ceil(piece.length / 4),
        tokensEvidence: 'derived',
        kind: parent === undefined ? 'role' : 'session',
      });
    }
    return links;
  };
}

interface Sections {
  readonly body: Stopwatch;
  readonly identify: Stopwatch;
}

/** One managed request after another, with the time cut into the body's own and that of identifying it. */
async function openClient(decorate: (body: RequestBody) => RequestBody): Promise<
  Sections & {
    readonly ask: (text: string) => Promise<Response>;
    readonly close: () => Promise<void>;
  }
> {
  const body = new Stopwatch();
  const identify = new Stopwatch();
  const chain = chainOf();
  const engine = new BenchEngine({
    identify: (request) => {
      const links = identify.time(() => chain(request));
      body.start();
      return links;
    },
    decorate: (request) => {
      body.start();
      return decorate(request);
    },
    send: () => body.stop(),
  });
  const first = {
    name: 'first',
    interference: 'none',
    observe: ({ type }: { readonly type: string }) => {
      if (type === 'call-start') body.stop();
    },
  } as const;
  const runtime = createRuntime({ engines: engine, policies: [first] });
  runtime.link(
    scriptedLink(() => {
      body.stop();
      return { agent: 'agent', session: 'session' };
    }),
  );
  await runtime.ready;
  const { fetch, baseURL } = runtime.client();
  const url = `${baseURL}/chat/completions`;
  const ask = (text: string): Promise<Response> => {
    body.start();
    return fetch(url, { method: 'POST', body: text });
  };
  return { body, identify, ask, close: () => runtime.close() };
}

async function benchBody(kilobytes: number): Promise<void> {
  const text = JSON.stringify(bodyOf(kilobytes));
  console.log(`  body of ${(text.length / 1_024).toFixed(1)} KB`);
  const round = await figureOf(() => JSON.stringify(JSON.parse(text)));
  printFigure('  one JSON.parse + JSON.stringify of it', round);
  const variants = [
    ['nothing to add: the text goes out untouched', (body: RequestBody) => body],
    ['a driver adds a field', (body: RequestBody) => ({ ...body, entresol_call: 'call' })],
  ] as const;
  for (const [name, decorate] of variants) {
    const { body, identify, ask, close } = await openClient(decorate);
    for (let warmUp = 0; warmUp < 200; warmUp += 1) await ask(text);
    const handled = await figureOf(() => ask(text), { now: body.now });
    const ratio = handled.medianUs / round.medianUs;
    const said = verdict(ratio, mostRatio, '×');
    printFigure(`  ${name}`, handled, `ratio of medians ${ratio.toFixed(2)}, ${said}`);
    if (decorate === variants[0][1]) {
      const known = await figureOf(() => ask(text), { now: identify.now });
      printFigure('  beside it, identify: its chain of hashes', known);
      const managed = await figureOf(() => ask(text));
      const bare = new BenchEngine({ identify: () => [] }).transport;
      const alone = await figureOf(() => bare.fetch(bare.baseURL, { method: 'POST', body: text }));
      const added = (managed.medianUs - alone.medianUs).toFixed(1);
      printFigure('  a whole call on an engine of no time, bare', alone);
      printFigure('  the same managed', managed, `adds ${added} µs`);
    }
    await close();
  }
}

/** What the runtime does with the text of a request. */
export async function benchBodies(): Promise<void> {
  console.log('\nbody handling: read it, remember the prompt, write what goes out');
  for (const kilobytes of sizesKb) await benchBody(kilobytes);
}
