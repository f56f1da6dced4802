import type { PrefixId } from '@entresol/runtime-core';
import type { PromptChain } from './prompt-chain.ts';

/** A call that waits for the engine, and the agent's prompt before it, which its own one will most likely begin with. */
export interface QueuedCall {
  readonly chain: PromptChain;
  readonly older: PromptChain | undefined;
}

/** Queued calls of all sessions by the role prefixes that they bring. */
export class QueuedRoles {
  readonly #byRole = new Map<PrefixId, Set<QueuedCall>>();

  add(call: QueuedCall): void {
    for (const role of call.chain.roles) {
      const calls = this.#byRole.get(role);
      if (calls === undefined) this.#byRole.set(role, new Set([call]));
      else calls.add(call);
    }
  }

  remove(call: QueuedCall): void {
    for (const role of call.chain.roles) {
      const calls = this.#byRole.get(role);
      if (calls?.delete(call) === true && calls.size === 0) this.#byRole.delete(role);
    }
  }

  of(role: PrefixId): Iterable<QueuedCall> {
    return this.#byRole.get(role) ?? [];
  }
}
