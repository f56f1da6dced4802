import type {
  CacheView,
  ExpectedPrompt,
  Replacement,
  ReplacementMaker,
} from '../cache/replacement.ts';
import { AgentChain } from './agent-chain.ts';
import { CurrentAgents } from './current-agents.ts';

const steps = 4;
const discount = 0.8;
/** Counts' worth of the agents' overall shares in every row: .5 to 5 give the same on the development set. */
const backOff = 1;
/** States with less mass are not followed further. */
const negligible = 1e-3;

/**
 * After PBKV (arXiv 2605.06472; no code public): expected uses in the next steps, summed over the open sessions for role
 * prefixes, what is retired first. Its predictor (a graph network over call graphs and prompts) is a first-order chain
 * here (algorithms.md 2.2).
 */
export const pbkvLike: ReplacementMaker = {
  name: 'pbkv-like',
  source: `after PBKV (arXiv 2605.06472), first-order predictor: ${steps} steps, discount ${discount}, back-off weight ${backOff}`,
  create: (cache) => chained(cache),
};

/** @param least probability in (0, 1] from which the prompt of the agent that follows is computed ahead */
export function pbkvLikePrefetching(least: number): ReplacementMaker {
  return {
    name: 'pbkv-like',
    source: `${pbkvLike.source}, prefetch from probability ${least}`,
    create(cache) {
      const chain = new AgentChain(cache.load.trace.agents.length + 1);
      return {
        ...chained(cache, chain),
        expected: ({ block }) => likeliest(chain, block.agent, least),
      };
    },
  };
}

function likeliest(chain: AgentChain, from: number, least: number): ExpectedPrompt | undefined {
  for (let agent = 0; agent < chain.size - 1; agent++) {
    if (chain.backedOff(from, agent, backOff) >= least) return { agent, part: 'whole' };
  }
  return undefined;
}

function chained(
  cache: CacheView,
  chain: AgentChain = new AgentChain(cache.load.trace.agents.length + 1),
): Replacement {
  const { tree, load } = cache;
  const agents = load.trace.agents.length;
  const end = agents;
  const current = new CurrentAgents();
  /** Expected discounted uses by current agent, then agent; made anew for agents whose rows changed since. */
  const expected = new Map<number, Float64Array>();
  const shared = new Float64Array(agents);
  const usesFrom = (at: number): Float64Array => {
    let uses = expected.get(at);
    if (uses === undefined) expected.set(at, (uses = expectedUses(chain, at)));
    return uses;
  };
  return {
    victims: {
      kind: 'score',
      prepare() {
        shared.fill(0);
        for (const [, at] of current.sessions()) {
          const uses = usesFrom(at);
          for (let agent = 0; agent < agents; agent++) {
            shared[agent] = (shared[agent] ?? 0) + (uses[agent] ?? 0);
          }
        }
      },
      keep(run) {
        const agent = tree.agent[run] ?? 0;
        if (tree.isRole(run)) return shared[agent] ?? 0;
        const at = current.of(tree.session[run] ?? -1);
        if (at === undefined || tree.superseded[run] === 1) return -1;
        return usesFrom(at)[agent] ?? 0;
      },
    },
    called({ session, block }) {
      const before = current.moved(session, block.agent);
      if (before === undefined) return;
      chain.count(before, block.agent);
      expected.clear();
    },
    sessionEnded(session) {
      const last = current.ended(session);
      if (last === undefined) return;
      chain.count(last, end);
      expected.clear();
    },
  };
}

/** Σ_k discount^k × P(agent at step k), the end being final. */
function expectedUses(chain: AgentChain, from: number): Float64Array {
  const end = chain.size - 1;
  const uses = new Float64Array(end);
  let now = new Float64Array(chain.size);
  now[from] = 1;
  let weight = 1;
  for (let step = 0; step < steps; step++) {
    weight *= discount;
    const next = new Float64Array(chain.size);
    for (let at = 0; at < end; at++) {
      const mass = now[at] ?? 0;
      if (mass < negligible) continue;
      for (let to = 0; to < chain.size; to++) {
        next[to] = (next[to] ?? 0) + mass * chain.backedOff(at, to, backOff);
      }
    }
    for (let agent = 0; agent < end; agent++) {
      uses[agent] = (uses[agent] ?? 0) + weight * (next[agent] ?? 0);
    }
    now = next;
  }
  return uses;
}
