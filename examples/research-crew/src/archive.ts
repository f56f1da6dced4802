import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import MiniSearch from 'minisearch';
import { articles, islandYears } from './articles.ts';
import type { Article } from './articles.ts';

export type StatisticsRow = Readonly<Record<string, SQLOutputValue>>;

/** @returns at most `limit` characters, with a mark where it was cut */
export function trimmed(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** The articles under a full-text index, and the statistics of the islands in SQLite, both in memory. */
export class Archive {
  readonly #index = new MiniSearch<Article>({
    fields: ['title', 'body'],
    storeFields: ['title', 'body'],
    searchOptions: { boost: { title: 2 }, fuzzy: 0.1, prefix: true },
  });
  readonly #database = new DatabaseSync(':memory:');

  constructor() {
    this.#index.addAll(articles);
    this.#database.exec(
      'CREATE TABLE island_years (island TEXT, year INTEGER, residents INTEGER, ferry_passengers INTEGER, tidal_gwh REAL)',
    );
    const insert = this.#database.prepare('INSERT INTO island_years VALUES (?, ?, ?, ?, ?)');
    for (const { island, year, residents, ferryPassengers, tidalGwh } of islandYears) {
      insert.run(island, year, residents, ferryPassengers, tidalGwh);
    }
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
        excerpt: trimmed(String(found['body']), 190),
      }));
  }

  /** By year; empty for an unknown island. */
  statisticsOf(island: string): readonly StatisticsRow[] {
    return this.#database
      .prepare('SELECT * FROM island_years WHERE island = ? COLLATE NOCASE ORDER BY year')
      .all(island);
  }
}
