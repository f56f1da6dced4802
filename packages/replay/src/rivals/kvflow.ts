import type { ReplacementMaker } from '../cache/replacement.ts';
import type { Trace } from '../trace/trace.ts';
import { CurrentAgents } from './current-agents.ts';

/** Steps to an agent that cannot be reached, and to prompts that are finished. */
const unreachable = 999;
const finished = 1000;

/**
 * KVFlow (arXiv 2507.07400): fewest steps on the declared agent graph, least over the open sessions for role prefixes,
 * of its own session for a conversation; most steps first (algorithms.md 2.1). Where no graph is declared every agent is
 * one step away. Ties go to the least recently used, which the original leaves open.
 */
export const kvflow: ReplacementMaker = {
  name: 'kvflow',
  source: 'KVFlow (arXiv 2507.07400) on the declared graph; no constants',
  create: (cache) => {
    const { tree, load } = cache;
    const steps = stepsBetween(load.trace);
    const agents = load.trace.agents.length;
    const nearest = new Int32Array(agents);
    const current = new CurrentAgents();
    return {
      victims: {
        kind: 'score',
        prepare() {
          nearest.fill(unreachable);
          for (const [, at] of current.sessions()) {
            for (let agent = 0; agent < agents; agent++) {
              const away = steps[at * agents + agent] ?? unreachable;
              if (away < (nearest[agent] ?? unreachable)) nearest[agent] = away;
            }
          }
        },
        keep(run) {
          const agent = tree.agent[run] ?? 0;
          if (tree.isRole(run)) return -(nearest[agent] ?? unreachable);
          const at = current.of(tree.session[run] ?? -1);
          if (at === undefined || tree.superseded[run] === 1) return -finished;
          return -(steps[at * agents + agent] ?? unreachable);
        },
      },
      called({ session, block }) {
        current.moved(session, block.agent);
      },
      sessionEnded(session) {
        current.ended(session);
      },
    };
  },
};

/**
 * KVFlow's prefetch, where the declared graph leaves one agent only: the model of a prefetch has one expected agent, and
 * the original prefetches all that are one step away.
 */
export const kvflowPrefetching: ReplacementMaker = {
  name: kvflow.name,
  source: `${kvflow.source}; prefetch where one agent only is declared to follow`,
  create(cache) {
    const { trace } = cache.load;
    const agents = trace.agents.length;
    const steps = stepsBetween(trace);
    return {
      ...kvflow.create(cache),
      expected({ block }) {
        const row = steps.subarray(block.agent * agents, (block.agent + 1) * agents);
        const only = row.indexOf(1);
        return only >= 0 && row.lastIndexOf(1) === only
          ? { agent: only, part: 'whole' }
          : undefined;
      },
    };
  },
};

/** Fewest steps from agent to agent, row by row; to itself along a loop. */
function stepsBetween({ agents, topology }: Trace): Int32Array {
  const size = agents.length;
  const steps = new Int32Array(size * size).fill(topology === undefined ? 1 : unreachable);
  if (topology === undefined) return steps;
  const index = new Map(agents.map((agent, at) => [agent, at]));
  const next: number[][] = agents.map(() => []);
  for (const { from, to } of topology.edges) {
    const target = index.get(to);
    if (target !== undefined) next[index.get(from) ?? -1]?.push(target);
  }
  for (let from = 0; from < size; from++) {
    let front = next[from] ?? [];
    for (let away = 1; front.length > 0; away++) {
      const reached = front.filter((to) => (steps[from * size + to] ?? 0) === unreachable);
      for (const to of reached) steps[from * size + to] = away;
      front = [...new Set(reached)].flatMap((to) => next[to] ?? []);
    }
  }
  return steps;
}
