import { EngineError } from '@entresol/runtime-core';

import type { ChatMessage } from '../wire/chat-message.ts';
import { commonPrefixLength, type PieceTokenizer, type TokenizedText } from './piece-tokenizer.ts';
import type { PromptSource, RenderText } from './prompt-renderer.ts';
import { RecencyMap } from './recency-map.ts';

/** One history as rendered; `text` is undefined where the template refuses it, as some do when a user is missing. */
interface History {
  readonly id: number;
  readonly text: string | undefined;
}

/** Characters of remembered histories: dozens of sessions of 40 messages. */
const historyCapacity = 16 * 2 ** 20;

/** Finds where in a prompt each message ends; a history that grew is rendered only where it is new. */
export class MessageBounds {
  readonly #histories = new RecencyMap<History>(historyCapacity, ({ text }) => text?.length ?? 0);
  readonly #renderText: RenderText;
  readonly #pieces: PieceTokenizer;
  #nextId = 0;

  constructor(renderText: RenderText, pieces: PieceTokenizer) {
    this.#renderText = renderText;
    this.#pieces = pieces;
  }

  /**
   * Per message, the tokens that the prompt has in common with the history up to and with that message, never less than
   * for the message before. A history that the template refuses adds nothing.
   */
  endsOf(
    messages: readonly ChatMessage[],
    tools: PromptSource['tools'],
    text: string,
    prompt: TokenizedText,
  ): readonly number[] {
    const tokensAt = new Map(prompt.cuts.map(({ characters, tokens }) => [characters, tokens]));
    let parent = `${JSON.stringify(tools ?? [])}\n`;
    let end = 0;
    return messages.map((message, i) => {
      const history = this.#histories.getOrCompute(parent + JSON.stringify(message), () => ({
        id: (this.#nextId += 1),
        text: this.#tryRender(messages.slice(0, i + 1), tools),
      }));
      parent = `${history.id}\n`;
      if (history.text !== undefined) {
        const cut = tokensAt.get(history.text.length);
        end = Math.max(
          end,
          cut !== undefined && text.startsWith(history.text)
            ? cut
            : commonPrefixLength(this.#pieces.tokenize(history.text).tokens, prompt.tokens),
        );
      }
      return end;
    });
  }

  #tryRender(messages: readonly ChatMessage[], tools: PromptSource['tools']): string | undefined {
    try {
      return this.#renderText(messages, tools, false);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'bad-request') {
        return undefined;
      }
      throw error;
    }
  }
}
