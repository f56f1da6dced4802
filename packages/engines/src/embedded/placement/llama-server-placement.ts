import type { Content } from '../../slot-manager/slots/content.ts';
import { headOf, sharedTokens } from '../../slot-manager/slots/content.ts';
import type { Slot, SlotTable } from '../../slot-manager/slots/slot-table.ts';
import type { HostPromptCache } from './host-prompt-cache.ts';
import type { Placed, Placement } from '../../slot-manager/placement/placement.ts';

/** Share of the prompt that a slot must hold to be chosen for it (`--slot-prompt-similarity`). */
const minSimilarity = 0.1;
/** A chosen slot that keeps less of its own content than this is saved first. */
const minKeptToOverwrite = 0.5;

/**
 * Slot choice of llama.cpp's own server with its defaults and an explicit `-np`: the most similar idle slot, else the least
 * recently used one; a slot that loses much goes to the host prompt cache and may get a better prompt from there; idle
 * slots are copied to that cache at every launch (`--cache-idle-slots`, on by default; their KV stays, which is what the
 * server does while slots have KV of their own). Rules read in ggml-org/llama.cpp, tools/server/server-context.cpp at
 * 001d906a6d86 (`get_available_slot`, September 2026) and server-task.cpp at 00efb3e18426 with the later changes of
 * `server_prompt_cache::alloc`; written afresh.
 */
export class LlamaServerPlacement implements Placement {
  readonly #table: SlotTable;
  readonly #cache: HostPromptCache | undefined;

  constructor(table: SlotTable, cache: HostPromptCache | undefined) {
    this.#table = table;
    this.#cache = cache;
  }

  async place(wanted: Content): Promise<Placed | undefined> {
    const idle = this.#table.idle();
    const similar = mostSimilar(idle, wanted);
    const slot = similar ?? leastRecent(idle);
    if (slot === undefined) return undefined;
    const before = this.#cache?.movedBytes ?? 0;
    const keeps = sharedTokens(slot.content, wanted) / slot.content.tokens.length;
    let loaded = false;
    if (this.#cache !== undefined && (similar === undefined || keeps < minKeptToOverwrite)) {
      await this.#cache.save(slot);
      loaded = await this.#cache.loadBetter(slot, wanted);
    }
    const cached = Math.min(sharedTokens(slot.content, wanted), wanted.tokens.length - 1);
    await this.#table.trim(slot, cached);
    slot.content = headOf(wanted, cached);
    const movedBytes = (this.#cache?.movedBytes ?? 0) - before;
    return { slot, cached, fromDisk: loaded ? cached : 0, movedBytes };
  }

  improves(): boolean {
    // The server looks once, when it launches a prompt.
    return false;
  }

  async improve(placed: Placed): Promise<Placed> {
    return placed;
  }

  wantsRoleHead(): boolean {
    return false;
  }

  async keepRoleHead(): Promise<void> {
    // The server knows no roles.
  }

  async launched(): Promise<void> {
    for (const slot of this.#table.idle()) await this.#cache?.save(slot);
  }
}

function mostSimilar(idle: readonly Slot[], wanted: Content): Slot | undefined {
  let best: Slot | undefined;
  let bestSimilarity = minSimilarity;
  for (const slot of idle) {
    const similarity = sharedTokens(slot.content, wanted) / wanted.tokens.length;
    if (similarity > bestSimilarity) [best, bestSimilarity] = [slot, similarity];
  }
  return best;
}

/** Of several that were never used the server takes the last one. */
function leastRecent(idle: readonly Slot[]): Slot | undefined {
  return idle.reduce<Slot | undefined>(
    (oldest, slot) =>
      oldest === undefined || slot.lastUsedAtMs <= oldest.lastUsedAtMs ? slot : oldest,
    undefined,
  );
}
