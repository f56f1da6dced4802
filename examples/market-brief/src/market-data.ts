import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import MiniSearch from 'minisearch';
import { quarters, suppliers } from './goods.ts';
import { news } from './news.ts';
import type { NewsItem } from './news.ts';

export type MarketRow = Readonly<Record<string, SQLOutputValue>>;

/** Characters of an item that a search shows. */
const excerptLength = 190;

/** @returns at most `limit` characters, with a mark where it was cut */
export function trimmed(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** The figures of the exchange in SQLite and its gazette under a full-text index, both in memory. */
export class MarketData {
  readonly #index = new MiniSearch<NewsItem>({
    fields: ['good', 'title', 'body'],
    storeFields: ['title', 'body'],
    searchOptions: { boost: { title: 2 }, fuzzy: 0.1, prefix: true },
  });
  readonly #database = new DatabaseSync(':memory:');

  constructor() {
    this.#index.addAll(news);
    this.#database.exec(
      'CREATE TABLE quarters (good TEXT, quarter TEXT, price INTEGER, stock_days INTEGER, tonnes_sold INTEGER);' +
        'CREATE TABLE suppliers (name TEXT, good TEXT, lead_days INTEGER, minimum_tonnes INTEGER, clause TEXT)',
    );
    const quarter = this.#database.prepare('INSERT INTO quarters VALUES (?, ?, ?, ?, ?)');
    for (const row of quarters) {
      quarter.run(row.good, row.quarter, row.price, row.stockDays, row.tonnesSold);
    }
    const supplier = this.#database.prepare('INSERT INTO suppliers VALUES (?, ?, ?, ?, ?)');
    for (const row of suppliers) {
      supplier.run(row.name, row.good, row.leadDays, row.minimumTonnes, row.clause);
    }
  }

  /** By quarter; empty for an unknown good. */
  pricesOf(good: string): readonly MarketRow[] {
    return this.#rows('SELECT quarter, price, tonnes_sold FROM quarters', good);
  }

  /** By quarter; empty for an unknown good. */
  stocksOf(good: string): readonly MarketRow[] {
    return this.#rows('SELECT quarter, stock_days FROM quarters', good);
  }

  /** In the order in which they joined the exchange; empty for an unknown good. */
  termsOf(good: string): readonly MarketRow[] {
    return this.#rows('SELECT name, lead_days, minimum_tonnes, clause FROM suppliers', good);
  }

  /** Best match first; empty when nothing matches. */
  search(
    query: string,
    limit: number,
  ): readonly { readonly id: string; readonly title: string; readonly excerpt: string }[] {
    return this.#index
      .search(query)
      .slice(0, limit)
      .map((found) => ({
        id: String(found.id),
        title: String(found['title']),
        excerpt: trimmed(String(found['body']), excerptLength),
      }));
  }

  #rows(select: string, good: string): readonly MarketRow[] {
    return this.#database
      .prepare(`${select} WHERE good = ? COLLATE NOCASE ORDER BY rowid`)
      .all(good);
  }
}
