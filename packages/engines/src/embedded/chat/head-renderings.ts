import { EngineError } from '@entresol/runtime-core';

import type { ChatMessage } from '../wire/chat-message.ts';
import { commonPrefixLength, type PieceTokenizer } from './piece-tokenizer.ts';
import type { PromptSource, RenderText } from './prompt-renderer.ts';
import { RecencyMap } from './recency-map.ts';

/** Characters and tokens of remembered heads: hundreds of agents. */
const headCapacity = 4 * 2 ** 20;

const noTokens = new Int32Array(0);

/** What every prompt of a role begins with. */
export class HeadRenderings {
  readonly #heads = new RecencyMap<Int32Array>(headCapacity, (tokens) => tokens.length);
  readonly #renderText: RenderText;
  readonly #pieces: PieceTokenizer;

  constructor(renderText: RenderText, pieces: PieceTokenizer) {
    this.#renderText = renderText;
    this.#pieces = pieces;
  }

  /** Tokens of the leading system and developer messages and of the tools; empty when there are neither. */
  tokensOf(messages: readonly ChatMessage[], tools: PromptSource['tools']): Int32Array {
    const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
    const leading = first === -1 ? messages : messages.slice(0, first);
    if (leading.length === 0 && (tools === undefined || tools.length === 0)) {
      return noTokens;
    }
    return this.#heads.getOrCompute(JSON.stringify([leading, tools]), () =>
      this.#shared(leading, tools),
    );
  }

  /**
   * The common beginning of the head alone and of two conversations that differ in their first word: some templates
   * refuse a head without a user, and some write the tools into the first user message.
   */
  #shared(leading: readonly ChatMessage[], tools: PromptSource['tools']): Int32Array {
    const probes = [
      [...leading],
      [...leading, { role: 'user', content: 'a' } as const],
      [...leading, { role: 'user', content: 'b' } as const],
    ];
    const [first = noTokens, ...others] = probes.flatMap((probe) => this.#tryTokens(probe, tools));
    return others.reduce(
      (shared, tokens) => shared.subarray(0, commonPrefixLength(shared, tokens)),
      first,
    );
  }

  #tryTokens(messages: readonly ChatMessage[], tools: PromptSource['tools']): Int32Array[] {
    try {
      return [this.#pieces.tokenize(this.#renderText(messages, tools, false)).tokens];
    } catch (error) {
      if (error instanceof EngineError && error.code === 'bad-request') {
        return [];
      }
      throw error;
    }
  }
}
