import { createHash } from 'node:crypto';

/** Characters after which a long message is cut, so that two messages with a common head share it. */
const pieceCharacters = 32;

/**
 * An infinite prefix cache over canonical text: what could be reused of each prompt, whatever the engine held. Prefixes
 * are compared by a chain of hashes over whole messages and, inside a long one, every 32 characters, so the figure is
 * at most one piece below the longest common prefix.
 */
export class SeenPrompts {
  readonly #seen = new Set<string>();

  /**
   * Adds a prompt and says which share of its characters, in [0, 1], begins an earlier prompt.
   * @param parts canonical text of the prompt's parts in the order in which a template renders them
   */
  add(parts: readonly string[]): number {
    const chain = createHash('sha256');
    let total = 0;
    let reusable = 0;
    let matching = true;
    for (const part of parts) {
      for (let from = 0; from < part.length; from += pieceCharacters) {
        const piece = part.slice(from, from + pieceCharacters);
        chain.update(`${piece.length}:${piece}`);
        const link = chain.copy().digest('base64');
        total += piece.length;
        matching &&= this.#seen.has(link);
        if (matching) reusable = total;
        else this.#seen.add(link);
      }
    }
    return total === 0 ? 0 : reusable / total;
  }
}
