import { cacheSage } from '@entresol/cachesage';
import { createRuntime } from '@entresol/runtime-core';
import type { EventOf, Policy, PrefixLink } from '@entresol/runtime-core';
import { ManualClock, scriptedLink } from '@entresol/runtime-core/testing';
import { AgentTraffic, rolePrefix } from './agent-traffic.ts';
import type { CallWithEvents } from './agent-traffic.ts';
import { BenchEngine } from './bench-engine.ts';
import { figureOf, printFigure, verdict } from './figures.ts';
import { Stopwatch } from './stopwatch.ts';

const agents = 32;
const sessions = 64;
/** Calls before anything is measured: the model has seen every agent, and the code is compiled. */
const warmUpCalls = 4_000;
const measuredCalls = 3_000;
const scoreSamples = 300;
const mostUs = 50;
const horizonMs = 60_000;

/** Asks on the request path who comes next, as a policy with an inline act does. */
const asking: Policy = {
  name: 'asking',
  mode: 'on',
  interference: 'none',
  act: {
    inline(occasion, context) {
      if (occasion.type !== 'request') return [];
      const { session, call } = occasion.draft;
      const [likeliest] = context.nextAgent({ session, after: call });
      return [{ kind: 'annotate', urgency: likeliest?.probability ?? 0 }];
    },
  },
};

/**
 * The runtime under traffic, with everything but its own decisions cut out of the time: from a request that is read and
 * identified to its plan, from a reply's usage to the policies that heard of its end, and every other event.
 */
class TrafficBench {
  readonly decisions: Stopwatch = new Stopwatch();
  readonly ticks: Stopwatch = new Stopwatch();
  readonly wishes: Stopwatch = new Stopwatch();
  readonly engine: BenchEngine;
  readonly #traffic = new AgentTraffic({ agents, sessions, seed: 3 });
  readonly #clock = new ManualClock();
  readonly #runtime;
  readonly #replies = new Map<string, { release: () => void; over: Promise<unknown> }>();
  #started: EventOf<'call-start'> | undefined;
  #sent = Promise.withResolvers<void>();
  #release = Promise.withResolvers<void>();

  constructor() {
    this.engine = new BenchEngine({
      identify: () => {
        const links = linksOf(this.#started);
        this.decisions.start();
        return links;
      },
      decorate: (body) => {
        this.decisions.stop();
        return body;
      },
      send: () => {
        this.#sent.resolve();
        return this.#release.promise;
      },
      usage: () => this.decisions.start(),
    });
    const last: Policy = {
      name: 'last',
      interference: 'none',
      observe: ({ type }) => {
        if (type === 'call-end') this.decisions.stop();
      },
    };
    const sage = cacheSage();
    const act: Policy['act'] = {
      // A chance to act off the path comes with an event; the wish is no part of hearing it.
      background: (occasion, context) =>
        this.decisions.aside(() => this.wishes.time(() => sage.act.background(occasion, context))),
    };
    this.#runtime = createRuntime({
      engines: this.engine,
      policies: [{ ...sage, act }, asking, last],
      clock: this.#clock,
    });
    this.#runtime.link(
      scriptedLink(() => {
        const start = this.#started;
        if (start === undefined) return undefined;
        const { workload, session, call, dispatch, agent, previous, attempt } = start;
        const caused = previous === undefined ? {} : { previous };
        return { workload, session, call, dispatch, agent, attempt, metadata: {}, ...caused };
      }),
    );
  }

  async open(): Promise<void> {
    await this.#runtime.ready;
    const { topology } = this.#traffic;
    this.#runtime.observe({ type: 'topology-declare', atMs: 0, workload: 'traffic', topology });
    for (let call = 0; call < warmUpCalls; call += 1) await this.step();
  }

  /** The next call with all that happens until the one after it. */
  async step(): Promise<CallWithEvents> {
    const next = this.#traffic.nextCall();
    await this.#start(next.start);
    for (const event of next.others) {
      this.#advanceTo(event.atMs);
      if (event.type === 'call-end') await this.#end(event.call);
      else this.decisions.time(() => this.#runtime.observe(event));
    }
    return next;
  }

  async #start(start: EventOf<'call-start'>): Promise<void> {
    this.#advanceTo(start.atMs);
    this.#started = start;
    this.#sent = Promise.withResolvers();
    this.#release = Promise.withResolvers();
    const { fetch, baseURL } = this.#runtime.client();
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: start.call }] });
    const over = fetch(`${baseURL}/chat/completions`, { method: 'POST', body });
    this.#replies.set(start.call, { release: this.#release.resolve, over });
    await this.#sent.promise;
  }

  async #end(call: string): Promise<void> {
    const reply = this.#replies.get(call);
    this.#replies.delete(call);
    reply?.release();
    await reply?.over;
  }

  #advanceTo(atMs: number): void {
    this.ticks.time(() => this.#clock.advanceTo(atMs));
  }

  async close(): Promise<void> {
    for (const call of this.#replies.keys()) await this.#end(call);
    await this.#runtime.close();
  }

  get faults(): number {
    return this.#runtime.report().policies.reduce((sum, { faults }) => sum + faults, 0);
  }
}

function linksOf(start: EventOf<'call-start'> | undefined): readonly PrefixLink[] {
  return (start?.prefixes ?? []).map(({ id, tokens, tokensEvidence, session }) => {
    return { id, tokens, tokensEvidence, kind: session === undefined ? 'role' : 'session' };
  });
}

/** Runtime decisions per call, and what is decided off its path. */
export async function benchDecisions(): Promise<void> {
  console.log(`\nruntime decisions, ${agents} agents, ${sessions} live sessions, CacheSage on`);
  const bench = new TrafficBench();
  await bench.open();
  const now = bench.decisions.now;
  const perCall = await figureOf(() => bench.step(), { now, samples: measuredCalls });
  printFigure(
    'per call: observe, predict, inline act',
    perCall,
    verdict(perCall.medianUs, mostUs, 'µs, median'),
  );
  const scores = new Stopwatch();
  const { host } = bench.engine;
  const score = async (of: 'role' | 'session'): Promise<void> => {
    const { start } = await bench.step();
    const prefix = of === 'role' ? rolePrefix(start.agent) : start.prefixes.at(-1);
    if (prefix !== undefined) scores.time(() => host.worth(prefix, horizonMs));
  };
  const options = { now: scores.now, samples: scoreSamples };
  printFigure(
    'worth of a session prefix, after an event',
    await figureOf(() => score('session'), options),
  );
  printFigure(
    'worth of a role prefix, after an event',
    await figureOf(() => score('role'), options),
  );
  const wishing = { now: bench.wishes.now, samples: measuredCalls };
  printFigure(
    'background wishes, off the path, per call',
    await figureOf(() => bench.step(), wishing),
  );
  const ticking = { now: bench.ticks.now, samples: measuredCalls };
  printFigure(
    'ticks of the runtime, wishes included, per call',
    await figureOf(() => bench.step(), ticking),
  );
  await bench.close();
  if (bench.faults > 0) throw new Error(`policies threw ${bench.faults} times`);
}
