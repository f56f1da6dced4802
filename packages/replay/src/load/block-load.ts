import type { Trace, TraceCall } from '../trace/trace.ts';

/** One call in blocks of the engine. Whole blocks only: what does not fill one is computed again, as vLLM does. */
export interface BlockCall {
  readonly agent: number;
  readonly role: number;
  readonly conversation: number;
  /** First call of its conversation. */
  readonly first: boolean;
  readonly roleBlocks: number;
  /** Leading blocks (role included) that the conversation's call before this one had too. */
  readonly reusedBlocks: number;
  /** Blocks of role, context and reply. */
  readonly blocks: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** `reusedBlocks` of the conversation's next call; undefined = this is its last. Only offline orders look at it. */
  readonly nextReusedBlocks: number | undefined;
}

/** A trace in blocks. */
export interface BlockLoad {
  readonly trace: Trace;
  readonly blockTokens: number;
  readonly sessions: readonly (readonly BlockCall[])[];
}

/**
 * @param blockTokens - tokens of one block; vLLM's default is 16
 * @throws {RangeError} when it is not a positive integer
 */
export function blockLoad(trace: Trace, blockTokens = 16): BlockLoad {
  if (!Number.isInteger(blockTokens) || blockTokens < 1) {
    throw new RangeError(`blockTokens is ${blockTokens}; it must be a positive integer`);
  }
  const sessions = trace.sessions.map(({ calls }) => {
    const before = new Map<number, { readonly call: TraceCall; readonly at: number }>();
    const all: BlockCall[] = [];
    for (const [at, call] of calls.entries()) {
      const previous = before.get(call.conversation);
      const block = blockCall(call, previous?.call, blockTokens);
      all.push(block);
      const last = previous === undefined ? undefined : all[previous.at];
      if (previous !== undefined && last !== undefined) {
        all[previous.at] = { ...last, nextReusedBlocks: block.reusedBlocks };
      }
      before.set(call.conversation, { call, at });
    }
    return all;
  });
  return { trace, blockTokens, sessions };
}

function blockCall(
  call: TraceCall,
  previous: TraceCall | undefined,
  blockTokens: number,
): BlockCall {
  const { agent, role, conversation, roleTokens, contextTokens, outputTokens } = call;
  const inBlocks = (tokens: number): number => Math.floor(tokens / blockTokens);
  const roleBlocks = inBlocks(roleTokens);
  const promptBlocks = Math.max(roleBlocks, inBlocks(roleTokens + contextTokens));
  const blocks = Math.max(promptBlocks, inBlocks(roleTokens + contextTokens + outputTokens));
  // Behind another role prefix nothing can be shared, and never more than the earlier call had.
  const continued =
    previous !== undefined && previous.role === role && inBlocks(previous.roleTokens) === roleBlocks
      ? previous
      : undefined;
  const earlierTokens = continued ? continued.contextTokens + continued.outputTokens : 0;
  const reused = Math.min(call.reusedTokens, earlierTokens, contextTokens);
  return {
    agent,
    role,
    conversation,
    first: previous === undefined,
    roleBlocks,
    reusedBlocks: continued
      ? Math.max(roleBlocks, Math.min(promptBlocks, inBlocks(roleTokens + reused)))
      : roleBlocks,
    blocks,
    promptTokens: roleTokens + contextTokens,
    outputTokens,
    nextReusedBlocks: undefined,
  };
}
