import { isRecord } from './json.ts';

/** Fields that say what is to be cached, and are no part of it. */
const marks: readonly string[] = ['cache_control', 'prompt_cache_breakpoint'];

/**
 * The same part of a prompt without its breakpoints: an app moves them along as a conversation grows, and what is cached
 * stays the same. A text that was made a block to carry one is a text again.
 */
export function withoutMarks(part: unknown): unknown {
  if (Array.isArray(part)) {
    const items: readonly unknown[] = part;
    const plain = items.map(withoutMarks);
    return plain.every((item, at) => item === items[at]) ? part : plain;
  }
  if (!isRecord(part)) return part;
  const { content } = part;
  const plainContent = contentOf(content);
  if (plainContent === content && !marks.some((mark) => mark in part)) return part;
  const kept = Object.entries(part).filter(([key]) => !marks.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'content' ? plainContent : value]),
  );
}

function contentOf(value: unknown): unknown {
  const plain = withoutMarks(value);
  if (!Array.isArray(plain) || plain.length !== 1) return plain;
  const [only]: readonly unknown[] = plain;
  const isText = isRecord(only) && only['type'] === 'text' && Object.keys(only).length === 2;
  return isText ? only['text'] : plain;
}
