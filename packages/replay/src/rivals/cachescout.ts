import type { CacheView, Replacement, ReplacementMaker } from '../cache/replacement.ts';
import { AgentChain } from './agent-chain.ts';
import { CurrentAgents } from './current-agents.ts';

/** Constants of the replication (algorithms.md 1.7); the paper gives none. */
const pseudoCount = 0.01;
const edgeThreshold = 0.1;
const farthest = 6;
const ageDecay = 0.005;
const floor = 0.01;

const constants = `eps ${pseudoCount}, tau ${edgeThreshold}, Emax ${farthest}, lambda ${ageDecay}, delta ${floor}`;

/** CacheScout (arXiv 2608.14624, Eq. 9) as written: one current agent for all sessions, every block scored. */
export const cachescout: ReplacementMaker = {
  name: 'cachescout',
  source: `CacheScout (arXiv 2608.14624, Eq. 9), literal: one global current agent; ${constants}`,
  create: (cache) => scout(cache, 'global'),
};

/** The same with the two repairs of its replication: a current agent per session, survival for shared prefixes only. */
export const cachescoutRepaired: ReplacementMaker = {
  name: 'cachescout-repaired',
  source: `CacheScout with the repairs of its replication: agents per session, role prefixes only; ${constants}`,
  create: (cache) => scout(cache, 'sessions'),
};

function scout(cache: CacheView, memory: 'global' | 'sessions'): Replacement {
  const { tree, load } = cache;
  const agents = load.trace.agents.length;
  const chain = new AgentChain(agents);
  const current = new CurrentAgents();
  const survival = new Float64Array(agents);
  const session = (of: number): number => (memory === 'global' ? 0 : of);
  return {
    victims: {
      kind: 'score',
      prepare() {
        survival.fill(0);
        for (const [, at] of current.sessions()) {
          const hops = hopsFrom(chain, at);
          for (let agent = 0; agent < agents; agent++) {
            const near = 1 - Math.min(hops[agent] ?? farthest, farthest) / farthest;
            survival[agent] = (survival[agent] ?? 0) + near / current.size;
          }
        }
      },
      keep(run) {
        const counts = memory === 'global' || tree.isRole(run);
        const alive = counts ? (survival[tree.agent[run] ?? 0] ?? 0) : 0;
        const age = cache.now - (tree.lastUse[run] ?? 0);
        return (alive + floor) * (Math.exp(-ageDecay * age) + floor);
      },
    },
    called(call) {
      const before = current.moved(session(call.session), call.block.agent);
      // Self transitions are never counted.
      if (before !== undefined && before !== call.block.agent)
        chain.count(before, call.block.agent);
    },
    sessionEnded(ended) {
      if (memory === 'sessions') current.ended(ended);
    },
  };
}

/** Breadth-first distance along transitions of at least the threshold. */
function hopsFrom(chain: AgentChain, from: number): Int32Array {
  const hops = new Int32Array(chain.size).fill(farthest + 1);
  hops[from] = 0;
  const queue = [from];
  for (let at = 0; at < queue.length; at++) {
    const agent = queue[at] ?? from;
    const away = hops[agent] ?? 0;
    if (away >= farthest) break;
    for (let to = 0; to < chain.size; to++) {
      if ((hops[to] ?? 0) <= farthest) continue;
      if (chain.probability(agent, to, pseudoCount) < edgeThreshold) continue;
      hops[to] = away + 1;
      queue.push(to);
    }
  }
  return hops;
}
