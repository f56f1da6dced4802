import { cacheSage } from '@entresol/cachesage';
import type { PolicyContext } from '@entresol/runtime-core';
import { AgentTraffic, rolePrefix } from './agent-traffic.ts';
import { figureOf, printFigure, verdict } from './figures.ts';
import { Stopwatch } from './stopwatch.ts';

const sessions = 64;
/** Calls before anything is measured: the model has seen every agent, and the code is compiled. */
const warmUpCalls = 3_000;
const measuredCalls = 1_000;
const horizonMs = 60_000;
const mostStateBytes = 20 * 1024;

interface Size {
  readonly agents: number;
  /** Role prefixes that are cached and valued: those called last. */
  readonly cachedRoles: number;
  readonly mostUs: number | undefined;
}

const sizes: readonly Size[] = [
  { agents: 24, cachedRoles: 24, mostUs: 200 },
  { agents: 200, cachedRoles: 24, mostUs: 300 },
  { agents: 200, cachedRoles: 200, mostUs: undefined },
];

/** After one call: the cached role prefixes and the newest prompt of that call's session are valued anew. */
export async function benchScoreRefresh(): Promise<void> {
  console.log(`\nscore refresh after a call, ${sessions} live sessions`);
  for (const size of sizes) await benchSize(size);
}

async function benchSize({ agents, cachedRoles, mostUs }: Size): Promise<void> {
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
  let roles = topology.agents.slice(0, cachedRoles).map((agent) => rolePrefix(agent));
  const watch = new Stopwatch();
  const step = (): void => {
    const { start, others } = traffic.nextCall();
    context.nowMs = start.atMs;
    sage.observe?.(start, context);
    if (cachedRoles < agents) {
      const called = rolePrefix(start.agent);
      roles = [called, ...roles.filter(({ id }) => id !== called.id)].slice(0, cachedRoles);
    }
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
    `${agents} agents: ${cachedRoles} roles and a prompt`,
    figure,
    mostUs === undefined ? 'no target' : verdict(figure.meanUs, mostUs, 'µs, mean'),
  );
  const bytes = sage.stateBytes();
  console.log(
    `  ${`${agents} agents: saved state`.padEnd(44)} ${bytes} bytes  ${verdict(bytes, mostStateBytes, 'bytes')}`,
  );
}
