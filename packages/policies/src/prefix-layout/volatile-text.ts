import type { RequestBody } from '@entresol/runtime-core';
import { isRecord } from './json.ts';
import { headLength } from './prompt-parts.ts';
import { systemWithout } from './system-prompt.ts';

/**
 * Takes what the patterns match out of the instructions and puts it at the end of the last message, where it breaks no
 * prefix. The last message keeps its role: every chat template takes it there.
 *
 * @param patterns - with the flag `g`
 * @returns the same body where nothing matches, or where there is no message after the instructions
 */
export function moveVolatile(body: RequestBody, patterns: readonly RegExp[]): RequestBody {
  const { messages, input, instructions, system } = body;
  const list: unknown = Array.isArray(messages) ? messages : input;
  const listed: readonly unknown[] = Array.isArray(list) ? list : [];
  const head = headLength(listed);
  const hasEnd = listed.length > head || typeof input === 'string';
  if (!hasEnd || (system !== undefined && isAnswerBegun(listed.at(-1)))) return body;
  const found: string[] = [];
  const take = (text: string): string => takeOut(text, patterns, found);
  const cleaned = listed.slice(0, head).map((message) => mapText(message, take));
  const changes: Record<string, unknown> =
    typeof instructions === 'string' ? { instructions: take(instructions) } : {};
  const { system: _before, ...rest } = body;
  const left = systemWithout(system, take);
  if (found.length === 0) return body;
  const kept = left === undefined ? rest : { ...body, system: left };
  const moved = found.join('\n');
  if (typeof input === 'string') return { ...kept, ...changes, input: `${input}\n\n${moved}` };
  const tail = listed.slice(head);
  const last = withText(tail.pop(), moved);
  const laidOut = [...cleaned, ...tail, ...last];
  return { ...kept, ...changes, [Array.isArray(messages) ? 'messages' : 'input']: laidOut };
}

/** Anthropic goes on from a last message of the assistant as if the model had said it. */
function isAnswerBegun(last: unknown): boolean {
  return isRecord(last) && last['role'] === 'assistant';
}

function takeOut(text: string, patterns: readonly RegExp[], found: string[]): string {
  let left = text;
  for (const pattern of patterns) {
    left = left.replaceAll(pattern, (match: string) => {
      if (match !== '') found.push(match.trim());
      return '';
    });
  }
  return left;
}

function mapText(message: unknown, change: (text: string) => string): unknown {
  if (!isRecord(message)) return message;
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: change(content) };
  if (!Array.isArray(content)) return message;
  const parts: readonly unknown[] = content;
  const changed = parts.map((part) =>
    isRecord(part) && typeof part['text'] === 'string'
      ? { ...part, text: change(part['text']) }
      : part,
  );
  return { ...message, content: changed };
}

/** The message with a text at its end; a message that can hold none, and one of the user after it. */
function withText(message: unknown, text: string): readonly unknown[] {
  const own = { role: 'user', content: text };
  if (!isRecord(message)) return [message, own];
  for (const field of ['content', 'output']) {
    const value = message[field];
    if (typeof value === 'string') return [{ ...message, [field]: `${value}\n\n${text}` }];
  }
  const { content } = message;
  if (!Array.isArray(content)) return [message, own];
  const parts: readonly unknown[] = content;
  const last = parts.at(-1);
  const type = isRecord(last) && last['type'] === 'input_text' ? 'input_text' : 'text';
  return [{ ...message, content: [...parts, { type, text }] }];
}
