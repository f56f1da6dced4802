import type { ToolOutcome } from '@entresol/runtime-core';
import { isPlainJson } from './plain-json.ts';

/** A result as it is held: always text, so that no object is shared between two calls. */
export interface KeptResult {
  readonly text: string;
  readonly form: 'text' | 'json';
}

/**
 * Text, or plain JSON as text; undefined for what cannot be served as it was.
 * @param maxLength of the text, UTF-16 units
 */
export function keptResult(outcome: ToolOutcome, maxLength: number): KeptResult | undefined {
  if (outcome.how !== 'returned') return undefined;
  const { value } = outcome;
  const kept = textOf(value);
  return kept !== undefined && kept.text.length <= maxLength ? kept : undefined;
}

function textOf(value: unknown): KeptResult | undefined {
  if (typeof value === 'string') return { text: value, form: 'text' };
  return isPlainJson(value) ? { text: JSON.stringify(value), form: 'json' } : undefined;
}

/** The result anew. */
export function valueOf({ text, form }: KeptResult): unknown {
  return form === 'json' ? JSON.parse(text) : text;
}
