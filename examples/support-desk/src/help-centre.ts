import MiniSearch from 'minisearch';
import { articles } from './articles.ts';
import type { Article } from './articles.ts';

export interface Passage {
  readonly id: string;
  readonly title: string;
  /** The beginning of the article, cut at a word. */
  readonly excerpt: string;
}

/** @returns at most `limit` characters, cut at a word where one ends in reach, with a mark where it was cut */
export function trimmed(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit - 1);
  const space = head.lastIndexOf(' ');
  return `${space > limit / 2 ? head.slice(0, space) : head}…`;
}

/** Full-text search over the help centre, in this process. */
export class HelpCentre {
  readonly #index = new MiniSearch<Article>({
    fields: ['title', 'body'],
    searchOptions: { boost: { title: 2 }, fuzzy: 0.1, prefix: true },
  });
  readonly #articles = new Map(articles.map((article) => [article.id, article]));

  constructor() {
    this.#index.addAll(articles);
  }

  /** Best match first; empty when nothing matches. */
  search(
    query: string,
    { limit, excerptLength }: { readonly limit: number; readonly excerptLength: number },
  ): readonly Passage[] {
    return this.#index
      .search(query)
      .slice(0, limit)
      .flatMap(({ id }) => {
        const article = this.#articles.get(String(id));
        return article
          ? [
              {
                id: article.id,
                title: article.title,
                excerpt: trimmed(article.body, excerptLength),
              },
            ]
          : [];
      });
  }

  /** Undefined for an unknown id. */
  article(id: string): Article | undefined {
    return this.#articles.get(id);
  }
}
