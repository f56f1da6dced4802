import { createHash } from 'node:crypto';
import type { RequestBody } from '@entresol/runtime-core';

/** About 16 tokens of English, the block of vLLM. */
const blockCharacters = 64;

/**
 * Share of prompt text that an automatic prefix cache would have found, had it forgotten nothing: whole blocks from the
 * start of the prompt on. Tools come after the system messages, as most chat templates have it.
 */
export function blockHitRate(requests: readonly RequestBody[]): number {
  const held = new Set<string>();
  let hits = 0;
  let characters = 0;
  for (const request of requests) {
    const text = renderPrompt(request);
    characters += text.length;
    const blocks = blockChain(text);
    const missing = blocks.findIndex((block) => !held.has(block));
    hits += (missing === -1 ? blocks.length : missing) * blockCharacters;
    for (const block of blocks) held.add(block);
  }
  return characters === 0 ? 0 : hits / characters;
}

function renderPrompt({ messages, tools }: RequestBody): string {
  const listed: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const [first, ...rest] = listed.map((message) => JSON.stringify(message));
  return [first ?? '', tools === undefined ? '' : JSON.stringify(tools), ...rest].join('\n');
}

/** Each block stands for itself and all before it. */
function blockChain(text: string): readonly string[] {
  const chain: string[] = [];
  for (let end = blockCharacters; end <= text.length; end += blockCharacters) {
    const block = text.slice(end - blockCharacters, end);
    chain.push(
      createHash('sha256')
        .update(`${chain.at(-1) ?? ''}\n${block}`)
        .digest('base64'),
    );
  }
  return chain;
}
