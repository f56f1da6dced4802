import type { RequestBody, Usage } from '@entresol/runtime-core';
import { dataLine, dataOf, parseJSON, type LineEditor } from './event-lines.ts';
import { readUsage } from './reply-usage.ts';

/** True when the app has asked for the chunk of usage at the end of its stream. */
export function asksForUsage({ stream_options: options }: RequestBody): boolean {
  return (
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true
  );
}

/** The body with the usage asked for. */
export function askingForUsage(body: RequestBody): RequestBody {
  const { stream_options: options } = body;
  const others = typeof options === 'object' ? options : {};
  return { ...body, stream_options: { ...others, include_usage: true } };
}

/**
 * Reads the usage out of a stream. Where it was asked for by us and not by the app, the chunk of usage, which has no
 * choice and could surprise the app, is folded into the chunk before it.
 */
export class UsageEditor implements LineEditor {
  readonly #folds: boolean;
  readonly #read: (reply: unknown) => Usage | undefined;
  usage: Usage | undefined;
  begun = false;
  #held: { readonly line: Uint8Array; readonly payload: object } | undefined;
  /** Lines behind the held one, empty as a rule. */
  #behind: Uint8Array[] = [];

  constructor(options: {
    readonly folds: boolean;
    /** As OpenAI writes it by default. */
    readonly usage?: (reply: unknown) => Usage | undefined;
  }) {
    this.#folds = options.folds;
    this.#read = options.usage ?? readUsage;
  }

  get complete(): boolean {
    return this.usage !== undefined;
  }

  line(bytes: Uint8Array): readonly Uint8Array[] {
    const data = dataOf(bytes);
    if (data === undefined) return this.#pass(bytes);
    this.begun = true;
    const mayMatter = data.includes('"usage"') || (this.#folds && data.includes('finish_reason'));
    const payload = mayMatter ? parseJSON(data) : undefined;
    this.usage = this.#read(payload) ?? this.usage;
    if (!this.#folds || typeof payload !== 'object' || payload === null) {
      return [...this.rest(), bytes];
    }
    if (this.#held !== undefined && isUsageAlone(payload)) return this.#fold(payload);
    if (!isLastOfChoice(payload)) return [...this.rest(), bytes];
    const before = this.rest();
    this.#held = { line: bytes, payload };
    return before;
  }

  #pass(bytes: Uint8Array): readonly Uint8Array[] {
    if (this.#held === undefined) return [bytes];
    this.#behind.push(bytes);
    return [];
  }

  #fold({ usage }: { readonly usage: unknown }): readonly Uint8Array[] {
    const payload = { ...this.#held?.payload, usage };
    const behind = this.#behind;
    this.#held = undefined;
    this.#behind = [];
    return [dataLine(payload), ...behind];
  }

  rest(): readonly Uint8Array[] {
    if (this.#held === undefined) return [];
    const lines = [this.#held.line, ...this.#behind];
    this.#held = undefined;
    this.#behind = [];
    return lines;
  }
}

function isUsageAlone(payload: object): payload is { readonly usage: unknown } {
  return (
    'usage' in payload &&
    payload.usage !== null &&
    'choices' in payload &&
    Array.isArray(payload.choices) &&
    payload.choices.length === 0
  );
}

function isLastOfChoice(payload: object): boolean {
  if (!('choices' in payload) || !Array.isArray(payload.choices)) return false;
  return payload.choices.some(
    (choice: unknown) =>
      typeof choice === 'object' &&
      choice !== null &&
      'finish_reason' in choice &&
      typeof choice.finish_reason === 'string',
  );
}
