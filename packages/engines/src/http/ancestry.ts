import type { PrefixId } from '@entresol/runtime-core';

/** Prompts remembered; the oldest are forgotten first. */
const remembered = 4_096;
/** Earlier prompts that are looked at: the newest one is nearly always the next one up. */
const maxSteps = 16;

/**
 * Which prompt goes on from which: a conversation's next prompt has the one before in it, message by message, and the
 * answer to it. What was cut or rewritten goes on from nothing.
 */
export class Ancestry {
  /** By the end of its last message, where a longer prompt would pass. */
  readonly #wholes = new Map<PrefixId, PrefixId>();
  readonly #earlier = new Map<PrefixId, PrefixId>();

  /** The prompt whose last message ends there. */
  endingAt(end: PrefixId): PrefixId | undefined {
    return this.#wholes.get(end);
  }

  /**
   * @param end where its last message ends; undefined for one without messages
   * @param earlier the longest prompt that it passes
   */
  note(whole: PrefixId, end: PrefixId | undefined, earlier: PrefixId | undefined): void {
    if (end !== undefined) keep(this.#wholes, end, whole);
    if (earlier !== undefined && earlier !== whole) keep(this.#earlier, whole, earlier);
  }

  /** @yields earlier prompts that it has in it, longest first */
  *of(whole: PrefixId): Generator<PrefixId> {
    let at = this.#earlier.get(whole);
    for (let step = 0; at !== undefined && step < maxSteps; step++) {
      yield at;
      at = this.#earlier.get(at);
    }
  }

  has(whole: PrefixId, earlier: PrefixId): boolean {
    for (const one of this.of(whole)) if (one === earlier) return true;
    return false;
  }
}

function keep(map: Map<PrefixId, PrefixId>, key: PrefixId, value: PrefixId): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
