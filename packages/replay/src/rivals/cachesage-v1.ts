import type { ReplacementMaker } from '../cache/replacement.ts';
import { AgentChain } from './agent-chain.ts';

/** Defaults of the authors' fork (algorithms.md 1.5). */
const pseudoCount = 1;
const weight = 4;
const decay = 0.1;

/**
 * The authors' published score: 4 × P(agent fires within 3 steps) + exp(-0.1 × steps since the last touch), on one chain
 * over all sessions, where a repeat of the same agent is no step.
 */
export const cachesageV1: ReplacementMaker = {
  name: 'cachesage-v1',
  source: `the authors' vllm-cachesage fork: W ${weight}, K 3, decay ${decay}, alpha ${pseudoCount}, one global chain`,
  create: (cache) => {
    const { tree, load } = cache;
    const agents = load.trace.agents.length;
    const chain = new AgentChain(agents);
    const fires = new Float64Array(agents);
    let current: number | undefined;
    return {
      victims: {
        kind: 'score',
        prepare() {
          if (current !== undefined) firesWithin(chain, current, fires);
        },
        keep: (run) =>
          weight * (fires[tree.agent[run] ?? 0] ?? 0) +
          Math.exp(-decay * (cache.now - (tree.lastUse[run] ?? 0))),
      },
      called({ block }) {
        if (current !== undefined && current !== block.agent) chain.count(current, block.agent);
        current = block.agent;
      },
    };
  },
};

/**
 * First passage from `from` to every agent within three steps, by the renewal equation: of the ways to be there at a
 * step, those that were there before are taken off.
 */
function firesWithin(chain: AgentChain, from: number, fires: Float64Array): void {
  const { size } = chain;
  const matrix = Float64Array.from({ length: size * size }, (_, at) =>
    chain.probability(Math.floor(at / size), at % size, pseudoCount),
  );
  const first = matrix.subarray(from * size, (from + 1) * size);
  const second = advance(first, matrix, size);
  const third = advance(second, matrix, size);
  for (let target = 0; target < size; target++) {
    const stays = matrix[target * size + target] ?? 0;
    let returns = 0;
    for (let via = 0; via < size; via++) {
      returns += (matrix[target * size + via] ?? 0) * (matrix[via * size + target] ?? 0);
    }
    const atFirst = first[target] ?? 0;
    const atSecond = (second[target] ?? 0) - atFirst * stays;
    const atThird = (third[target] ?? 0) - atFirst * returns - atSecond * stays;
    fires[target] = atFirst + atSecond + atThird;
  }
}

function advance(now: Float64Array, matrix: Float64Array, size: number): Float64Array {
  const next = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    const mass = now[at] ?? 0;
    for (let to = 0; to < size; to++) {
      next[to] = (next[to] ?? 0) + mass * (matrix[at * size + to] ?? 0);
    }
  }
  return next;
}
