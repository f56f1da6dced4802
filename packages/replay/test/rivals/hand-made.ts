import { blockLoad, findMaker, replay } from '../../src/index.ts';
import type { BlockLoad, CallOrder, TraceCall } from '../../src/index.ts';

/** One session whose calls are role prefixes only; letters are agents, and a block is one token. */
export function roleCalls(letters: string, roleTokens: Readonly<Record<string, number>> = {}) {
  const agents = [...new Set(letters)].toSorted();
  const calls = Array.from(letters, (letter): TraceCall => {
    const agent = agents.indexOf(letter);
    return {
      agent,
      role: agent,
      conversation: agent,
      roleTokens: roleTokens[letter] ?? 1,
      contextTokens: 0,
      outputTokens: 0,
      reusedTokens: 0,
    };
  });
  const ring = agents.map((from, at) => ({
    from,
    to: agents[(at + 1) % agents.length] ?? from,
    kind: 'static' as const,
  }));
  const load = blockLoad(
    {
      workload: letters,
      agents,
      roles: agents.length,
      sessions: [{ id: 's', calls, conversations: agents.length }],
      topology: { agents, edges: ring, unknownTargets: [] },
      source: { name: 'made by hand', estimated: [] },
    },
    1,
  );
  const order: CallOrder = {
    sessions: new Int32Array(calls.length),
    calls: Int32Array.from(calls.keys()),
    concurrency: 1,
  };
  return { load, order };
}

/** Tokens that each call found cached. */
export function found(
  name: string,
  { load, order }: { readonly load: BlockLoad; readonly order: CallOrder },
  capacityBlocks: number,
): readonly number[] {
  return [...replay(load, order, capacityBlocks, findMaker(name)).cachedByCall];
}
