import type { RequestBody } from '@entresol/runtime-core';
import { isRecord } from './json.ts';

/** A request in the order in which engines read it. */
export interface PromptParts {
  /** Leading system messages; the text of `instructions` of the Responses API; `system` of Anthropic's, by its blocks. */
  readonly head: readonly unknown[];
  readonly tools: readonly unknown[];
  /** Messages after the head; the text of `input` where it is one. */
  readonly history: readonly unknown[];
}

export function partsOf(body: RequestBody): PromptParts {
  const { messages, input, instructions, system, tools } = body;
  const listed: readonly unknown[] = Array.isArray(messages)
    ? messages
    : Array.isArray(input)
      ? input
      : [];
  const cut = headLength(listed);
  const head = [
    ...(typeof instructions === 'string' ? [instructions] : []),
    ...(typeof system === 'string' ? [system] : Array.isArray(system) ? system : []),
    ...listed.slice(0, cut),
  ];
  const history = typeof input === 'string' ? [input] : listed.slice(cut);
  return { head, tools: Array.isArray(tools) ? tools : [], history };
}

/** System messages that a list begins with. */
export function headLength(messages: readonly unknown[]): number {
  const end = messages.findIndex((message) => !isSystem(message));
  return end === -1 ? messages.length : end;
}

function isSystem(message: unknown): boolean {
  if (!isRecord(message)) return false;
  return message['role'] === 'system' || message['role'] === 'developer';
}

/** As chat completions, the Responses API and Anthropic's nest it. */
export function toolName(tool: unknown): string {
  if (!isRecord(tool)) return '';
  const { name, type } = isRecord(tool['function']) ? tool['function'] : tool;
  return typeof name === 'string' ? name : typeof type === 'string' ? type : '';
}
