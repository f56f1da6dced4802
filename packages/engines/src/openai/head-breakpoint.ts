import type { RequestBody } from '@entresol/runtime-core';
import { headLength } from '../hosted/chat-prompt.ts';

type Item = Readonly<Record<string, unknown>>;

const breakpoint = { mode: 'explicit' } as const;

/**
 * The body with a breakpoint at the end of its system prompt; undefined where there is nothing to put one on. A text
 * becomes a list of one part, which says the same.
 */
export function markHead(body: RequestBody): RequestBody | undefined {
  const field = Array.isArray(body['messages']) ? 'messages' : 'input';
  const items = body[field];
  if (!isItems(items)) return undefined;
  const at = headLength(items) - 1;
  const last = items[at];
  const content = last && markedContent(last['content'], field === 'input' ? 'input_text' : 'text');
  if (last === undefined || content === undefined) return undefined;
  return { ...body, [field]: items.toSpliced(at, 1, { ...last, content }) };
}

function markedContent(content: unknown, type: string): readonly unknown[] | undefined {
  if (typeof content === 'string' && content !== '') {
    return [{ type, text: content, prompt_cache_breakpoint: breakpoint }];
  }
  if (!Array.isArray(content)) return undefined;
  const last: unknown = content.at(-1);
  if (typeof last !== 'object' || last === null) return undefined;
  return content.toSpliced(-1, 1, { ...last, prompt_cache_breakpoint: breakpoint });
}

function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}

/** True where the app says itself what is cached. */
export function marksItself(body: RequestBody): boolean {
  if (body['prompt_cache_options'] !== undefined) return true;
  const items = body['messages'] ?? body['input'];
  if (!isItems(items)) return false;
  return items.some(({ content }) => {
    if (!Array.isArray(content)) return false;
    return content.some(
      (part: unknown) =>
        typeof part === 'object' && part !== null && 'prompt_cache_breakpoint' in part,
    );
  });
}
