import {
  createPrefixChain,
  randomKey,
  type CacheScope,
  type PrefixId,
  type PrefixLink,
} from '@entresol/runtime-core';
import { TokenFigures } from '../http/token-figures.ts';

/** A prompt as the provider orders it. */
export interface HostedPrompt {
  /** System prompt and tools as one text; equal texts, equal heads. Empty = none. */
  readonly head: string;
  /** What follows, message by message. */
  readonly pieces: readonly string[];
}

/** Stands behind the last message: what a prompt is as a whole, its longer successors are not. */
const end = 'end';
/** Messages that may have come since the prompt that is looked for. */
const maxEnds = 64;

/** Fields that say how something is cached, and are no part of what is cached. */
const marks = new Set(['cache_control', 'prompt_cache_breakpoint']);

/** A part of a prompt as text, without what was written into it about caching. */
export function textOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (marks.has(key) ? undefined : value)) ?? '';
}

/**
 * Prefix chain of prompts that a provider renders and nobody else sees: ids are exact, token counts are estimated from the
 * length until a reply has counted them.
 */
export class HostedChain {
  readonly figures: TokenFigures = new TokenFigures();
  readonly #chain = createPrefixChain(randomKey());

  /** Role head and whole prompt. */
  identify({ head, pieces }: HostedPrompt, scope: CacheScope): readonly PrefixLink[] {
    const links: PrefixLink[] = [];
    let id: PrefixId | undefined;
    if (head !== '') {
      id = this.#chain.extend(scope, undefined, head);
      links.push(this.#link(id, 'role', 0, head.length));
    }
    for (const piece of [...pieces, end]) id = this.#chain.extend(scope, id, piece);
    if (id !== undefined) {
      const characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
      links.push(this.#link(id, 'session', links[0]?.tokens ?? 0, characters));
    }
    return links;
  }

  /**
   * Whole prompts that this one may go on from; not all of a long history.
   * @yields the longest first, with the messages that it has
   */
  *ends(
    { head, pieces }: HostedPrompt,
    scope: CacheScope,
  ): Generator<{ readonly id: PrefixId; readonly messages: number }> {
    let id = head === '' ? undefined : this.#chain.extend(scope, undefined, head);
    const parents = pieces.slice(0, -1).map((piece) => (id = this.#chain.extend(scope, id, piece)));
    for (const [at, parent] of [...parents.entries()].toReversed().slice(0, maxEnds)) {
      yield { id: this.#chain.extend(scope, parent, end), messages: at + 1 };
    }
  }

  /** A reply has counted the whole prompt. */
  counted({ head, pieces }: HostedPrompt, whole: PrefixId | undefined, tokens: number): void {
    const characters = pieces.reduce((sum, piece) => sum + piece.length, head.length);
    if (whole !== undefined) this.figures.learn(whole, tokens);
    this.figures.learnRatio(characters, tokens);
  }

  #link(id: PrefixId, kind: PrefixLink['kind'], before: number, characters: number): PrefixLink {
    const counted = this.figures.counted(id);
    if (counted !== undefined) return { id, kind, tokens: counted, tokensEvidence: 'exact' };
    const tokens = before + this.figures.estimate(characters);
    return { id, kind, tokens, tokensEvidence: 'derived' };
  }
}
