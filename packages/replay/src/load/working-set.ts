import type { BlockLoad } from './block-load.ts';
import type { CallOrder } from './interleave.ts';

/** What the sessions that are open at once have in an infinite cache and may still use. */
export interface WorkingSet {
  /** Most blocks at any time: the unit of a relative capacity. */
  readonly peakBlocks: number;
  readonly meanBlocks: number;
  /** Blocks of the longest prompt with its reply: the least capacity that serves every call. */
  readonly largestCallBlocks: number;
}

/** Counts the role prefixes that open sessions use, once each, and the newest prompt of each open conversation. */
export function workingSet({ sessions }: BlockLoad, order: CallOrder): WorkingSet {
  const contexts = new Map<number, Map<number, { readonly own: number; readonly role: number }>>();
  const roles = new Map<number, { users: number; blocks: number }>();
  let own = 0;
  let shared = 0;
  let peak = 0;
  let sum = 0;
  let largest = 0;
  order.sessions.forEach((session, at) => {
    const calls = sessions[session] ?? [];
    const index = order.calls[at] ?? 0;
    const call = calls[index];
    if (call === undefined) return;
    largest = Math.max(largest, call.blocks);
    let open = contexts.get(session);
    if (open === undefined) contexts.set(session, (open = new Map()));
    const before = open.get(call.conversation);
    if (before !== undefined) own -= before.own;
    const role = roles.get(call.role) ?? { users: 0, blocks: 0 };
    if (before?.role !== call.role) {
      if (before !== undefined) shared -= leave(roles, before.role);
      if (role.users === 0) shared += role.blocks;
      role.users += 1;
    }
    shared += Math.max(0, call.roleBlocks - role.blocks);
    role.blocks = Math.max(role.blocks, call.roleBlocks);
    roles.set(call.role, role);
    open.set(call.conversation, { own: call.blocks - call.roleBlocks, role: call.role });
    own += call.blocks - call.roleBlocks;
    peak = Math.max(peak, own + shared);
    sum += own + shared;
    if (index + 1 < calls.length) return;
    for (const context of open.values()) {
      own -= context.own;
      shared -= leave(roles, context.role);
    }
    contexts.delete(session);
  });
  const { length } = order.sessions;
  return {
    peakBlocks: peak,
    meanBlocks: length === 0 ? 0 : sum / length,
    largestCallBlocks: largest,
  };
}

/** @returns the blocks that nobody uses any more */
function leave(
  roles: ReadonlyMap<number, { users: number; readonly blocks: number }>,
  role: number,
): number {
  const one = roles.get(role);
  if (one === undefined) return 0;
  one.users -= 1;
  return one.users === 0 ? one.blocks : 0;
}
