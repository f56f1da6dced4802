import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** Canonical text of tools and messages in the order of a template; undefined = not a chat completion. */
export function promptParts(body: unknown): readonly string[] | undefined {
  if (typeof body !== 'object' || body === null || !('messages' in body)) return undefined;
  const messages = Array.isArray(body.messages) ? body.messages : [];
  const tools = 'tools' in body ? [canonicalJson(body.tools)] : [];
  return [...tools, ...messages.map((message: unknown) => canonicalJson(message))];
}

/** SHA-256 by which equal prompts are known. */
export function hashPrompt(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
