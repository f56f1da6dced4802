import type { EngineView } from '../../slot-manager/engine-view.ts';
import type { Content } from '../../slot-manager/slots/content.ts';
import { emptyContent, holds, sharedTokens } from '../../slot-manager/slots/content.ts';
import type { Slot } from '../../slot-manager/slots/slot-table.ts';
import type { StateFile, StateFiles } from '../tier/state-files.ts';

interface Entry {
  readonly content: Content;
  readonly file: StateFile;
}

/** An entry is loaded only if at least this share of it stays in use ("don't trash large prompts"). */
const minKept = 0.25;

/**
 * llama-server's host prompt cache (`--cache-ram`): whole prompts, first in first out within a limit of bytes; loading an
 * entry takes it out. The server keeps entries in memory; here they are files, because the library can only save to
 * files, so a load costs a little more than there.
 */
export class HostPromptCache {
  readonly #view: EngineView;
  readonly #files: StateFiles;
  readonly #maxBytes: number;
  /** Oldest first. */
  #entries: Entry[] = [];
  #bytes = 0;
  #movedBytes = 0;

  constructor(view: EngineView, files: StateFiles, maxBytes: number) {
    this.#view = view;
    this.#files = files;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get movedBytes(): number {
    return this.#movedBytes;
  }

  /** Most leading tokens of `wanted` in one entry. */
  longestShare(wanted: Content): number {
    return this.#entries.reduce(
      (most, { content }) => Math.max(most, sharedTokens(content, wanted)),
      0,
    );
  }

  async save({ content, sequence }: Slot): Promise<void> {
    const length = content.tokens.length;
    if (length === 0) return;
    if (this.#entries.some((entry) => holds(entry.content, content, length))) return;
    const bytes = this.#view.cost.footprintBytes(length);
    if (bytes > this.#maxBytes) {
      this.#view.counters.droppedSpills += 1;
      return;
    }
    const entries = this.#entries;
    for (const entry of entries) {
      // An entry that the new prompt contains has become obsolete.
      if (holds(content, entry.content, entry.content.tokens.length)) await this.#remove(entry);
    }
    await this.#makeRoom(bytes);
    try {
      const file = await this.#files.save(sequence);
      this.#entries.push({ content, file });
      this.#bytes += file.bytes;
      this.#movedBytes += file.bytes;
      this.#view.counters.spills += 1;
      await this.#makeRoom(0);
    } catch {
      // As the server does when memory is short: the prompt is not cached and the request goes on.
      this.#view.counters.droppedSpills += 1;
    }
  }

  /** Loads the entry that is better than the slot's own content on both ratios, if there is one. */
  async loadBetter(slot: Slot, wanted: Content): Promise<boolean> {
    const own = sharedTokens(slot.content, wanted);
    let kept = own / slot.content.tokens.length || 0;
    let similarity = own / wanted.tokens.length;
    let best: Entry | undefined;
    for (const entry of this.#entries) {
      const shared = sharedTokens(entry.content, wanted);
      const entryKept = shared / entry.content.tokens.length;
      const entrySimilarity = shared / wanted.tokens.length;
      if (entryKept < minKept || entryKept <= kept || entrySimilarity <= similarity) continue;
      [best, kept, similarity] = [entry, entryKept, entrySimilarity];
    }
    if (best === undefined) return false;
    const startedAtMs = this.#view.clock.now();
    let loaded = true;
    try {
      this.#movedBytes += await this.#files.load(best.file, slot.sequence);
      slot.content = best.content;
      this.#view.counters.loads += 1;
      const tookMs = this.#view.clock.now() - startedAtMs;
      this.#view.cost.learnLoad(best.content.tokens.length, tookMs);
    } catch {
      // The server clears the slot and computes the prompt.
      loaded = false;
      await slot.sequence.trim(0);
      slot.content = emptyContent;
    }
    await this.#remove(best);
    return loaded;
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (;;) {
      const oldest = this.#entries[0];
      if (oldest === undefined || this.#bytes + bytes <= this.#maxBytes) return;
      this.#view.counters.evictions += 1;
      await this.#remove(oldest);
    }
  }

  async #remove(entry: Entry): Promise<void> {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#bytes -= entry.file.bytes;
    await this.#files.remove(entry.file);
  }
}
