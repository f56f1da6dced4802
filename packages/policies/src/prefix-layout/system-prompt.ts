import { isRecord } from './json.ts';

/**
 * The system prompt of Anthropic's API, a text or blocks, without what `take` takes out of each text. The API refuses
 * empty blocks.
 *
 * @returns undefined where nothing is left of it
 */
export function systemWithout(system: unknown, take: (text: string) => string): unknown {
  if (typeof system === 'string') {
    const text = take(system);
    return text.trim() === '' && text !== system ? undefined : text;
  }
  if (!Array.isArray(system)) return system;
  const left: unknown[] = [];
  const blocks: readonly unknown[] = system;
  for (const block of blocks) {
    const text = isRecord(block) && typeof block['text'] === 'string' ? block['text'] : undefined;
    const rest = text === undefined ? undefined : take(text);
    if (!isRecord(block) || rest === undefined || rest === text) left.push(block);
    else if (rest.trim() !== '') left.push({ ...block, text: rest });
    else if (block['cache_control'] !== undefined) {
      // A breakpoint that stood behind it stands behind what came before.
      const before = left.pop();
      if (isRecord(before)) left.push({ cache_control: block['cache_control'], ...before });
    }
  }
  return left.length === 0 && system.length > 0 ? undefined : left;
}
