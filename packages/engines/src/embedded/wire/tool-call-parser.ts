import type { ToolCall } from './chat-message.ts';
import { heldBack } from './stop-sequences.ts';

/** Text and calls in the order in which the model wrote them. */
export type ReplyPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: ToolCall };

const opening = '<tool_call>';
const closing = '</tool_call>';

/** True when a chat template teaches its model the Hermes form of tool calls (Hermes 2 and 3, Qwen 2.5 and 3). */
export const writesToolCallTags = (template: string): boolean => template.includes(opening);

/**
 * Finds tool calls of the form `<tool_call>{"name": …, "arguments": {…}}</tool_call>` in a text that arrives piece by
 * piece. Text is held back from `<tool_call>` on until the call is whole; what turns out to be no call stays text.
 */
export class ToolCallParser {
  readonly #nextId: () => string;
  #held = '';

  /** @param nextId fresh id of a call that the model gave none */
  constructor(nextId: () => string) {
    this.#nextId = nextId;
  }

  push(piece: string): readonly ReplyPart[] {
    this.#held += piece;
    const parts: ReplyPart[] = [];
    for (;;) {
      const start = this.#held.indexOf(opening);
      if (start === -1) {
        const shown = this.#held.length - heldBack(this.#held, [opening]);
        this.#release(shown, parts);
        return parts;
      }
      this.#release(start, parts);
      const end = this.#held.indexOf(closing);
      if (end === -1) {
        return parts;
      }
      const call = this.#parse(this.#held.slice(opening.length, end));
      if (call) {
        parts.push({ type: 'tool-call', call });
        this.#held = this.#held.slice(end + closing.length);
      } else {
        this.#release(end + closing.length, parts);
      }
    }
  }

  /** The text has ended: gives what was held back. Models often end without the closing tag. */
  end(): readonly ReplyPart[] {
    const parts: ReplyPart[] = [];
    const call = this.#held.startsWith(opening)
      ? this.#parse(this.#held.slice(opening.length))
      : undefined;
    if (call) {
      this.#held = '';
      return [{ type: 'tool-call', call }];
    }
    this.#release(this.#held.length, parts);
    return parts;
  }

  #release(length: number, parts: ReplyPart[]): void {
    if (length > 0) {
      parts.push({ type: 'text', text: this.#held.slice(0, length) });
      this.#held = this.#held.slice(length);
    }
  }

  #parse(json: string): ToolCall | undefined {
    const written = parsedObject(json);
    const name = written?.['name'];
    if (typeof name !== 'string' || name === '') {
      return undefined;
    }
    const given = written?.['arguments'] ?? written?.['parameters'] ?? {};
    const id = written?.['id'];
    return {
      id: typeof id === 'string' && id !== '' ? id : this.#nextId(),
      type: 'function',
      function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
    };
  }
}

function parsedObject(json: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Not JSON, so not a call: the caller shows it as text.
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined;
}
