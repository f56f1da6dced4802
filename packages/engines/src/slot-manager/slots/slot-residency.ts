import type { PrefixRef, Residency } from '@entresol/runtime-core';
import type { Content } from './content.ts';
import type { PrefixBook } from './prefix-book.ts';
import type { SlotTable } from './slot-table.ts';

/** What slots and saved states hold now; our own record, so it is never a guess. */
export class SlotResidency implements Residency {
  readonly #book: PrefixBook;
  #table: SlotTable | undefined;
  #saved: { longestShare(wanted: Content): number } | undefined;

  constructor(book: PrefixBook) {
    this.#book = book;
  }

  attach(table: SlotTable, saved: { longestShare(wanted: Content): number } | undefined): void {
    this.#table = table;
    this.#saved = saved;
  }

  detach(): void {
    this.#table = undefined;
    this.#saved = undefined;
  }

  of(prefix: PrefixRef): ReturnType<Residency['of']> {
    const page = this.#book.tokensOf(prefix.id);
    if (page === undefined || this.#table === undefined) return { tokens: 0, truth: 'own' };
    const wanted = { ...page, roleTokens: 0, promptTokens: page.tokens.length };
    const device = this.#table.longestShare(wanted);
    // The whole prefix on the device leaves nothing to look for.
    const disk = device >= wanted.tokens.length ? 0 : (this.#saved?.longestShare(wanted) ?? 0);
    const tokens = Math.max(device, disk);
    if (tokens === 0) return { tokens, truth: 'own' };
    return { tokens, tier: device >= disk ? 'device' : 'disk', truth: 'own' };
  }
}
