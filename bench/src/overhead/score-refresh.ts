import { cacheSage } from '@entresol/cachesage';
import type { PolicyContext } from '@entresol/runtime-core';
import { AgentTraffic, rolePrefix } from './agent-traffic.ts';
import { figureOf, printFigure, verdict } from './figures.ts';
import { Stopwatch } from './stopwatch.ts';

const agents = 24;
const sessions = 64;
/** Calls before anything is measured: the model has seen every agent, and the code is compiled. */
const warmUpCalls = 3_000;
const measuredCalls = 1_000;
const mostUs = 200;
const horizonMs = 60_000;

/** After one call: every role prefix and the newest prompt of that call's session are valued anew. */
export async function benchScoreRefresh(): Promise<void> {
  console.log(`\nscore refresh, ${agents} agents, ${sessions} live sessions`);
  const traffic = new AgentTraffic({ agents, sessions, seed: 3 });
  const sage = cacheSage();
  const context: PolicyContext & { nowMs: number } = {
    nowMs: 0,
    nextAgent: () => [],
    worth: () => undefined,
    nextPrefix: () => undefined,
    residency: { of: () => ({ tokens: 0, truth: 'own' }) },
    cost: () => ({
      computeMs: (from, to) => to - from,
      loadMs: () => 0,
      footprintBytes: (tokens) => tokens,
    }),
    load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
  };
  const { topology } = traffic;
  const declared = { type: 'topology-declare', atMs: 0, workload: 'traffic', topology } as const;
  sage.observe?.(declared, context);
  const roles = topology.agents.map((agent) => rolePrefix(agent));
  const watch = new Stopwatch();
  const step = (): void => {
    const { start, others } = traffic.nextCall();
    context.nowMs = start.atMs;
    sage.observe?.(start, context);
    watch.time(() => {
      for (const role of roles) sage.score.prefix(role, horizonMs, context);
      const prompt = start.prefixes.at(-1);
      if (prompt !== undefined) sage.score.prefix(prompt, horizonMs, context);
    });
    for (const event of others) {
      context.nowMs = event.atMs;
      sage.observe?.(event, context);
    }
  };
  for (let call = 0; call < warmUpCalls; call += 1) step();
  const figure = await figureOf(step, { now: watch.now, samples: measuredCalls });
  printFigure(
    'all role prefixes and one prompt, per call',
    figure,
    verdict(figure.meanUs, mostUs, 'µs, mean'),
  );
}
