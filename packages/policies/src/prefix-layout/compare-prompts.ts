import type { PartChange } from './drift.ts';
import { withoutMarks } from './cache-marks.ts';
import { isEqual, isRecord } from './json.ts';
import { toolName } from './prompt-parts.ts';
import type { PromptParts } from './prompt-parts.ts';

/** What every prompt of an agent begins with, and how it differs from the one before. In the order of the prompt. */
export function headChanges(
  before: Pick<PromptParts, 'head' | 'tools'>,
  after: Pick<PromptParts, 'head' | 'tools'>,
): readonly PartChange[] {
  const changes: PartChange[] = [];
  const messages = Math.max(before.head.length, after.head.length);
  for (let message = 0; message < messages; message += 1) {
    const place = placeOf(before.head[message], after.head[message]);
    if (place !== undefined) changes.push({ what: { part: 'system', message }, ...place });
  }
  return [...changes, ...toolChanges(before.tools, after.tools)];
}

/** The first message that a later prompt of the same conversation does not have as it was. */
export function historyChange(
  before: readonly unknown[],
  after: readonly unknown[],
): PartChange | undefined {
  // The last message may be a task of the moment that no prompt repeats.
  for (let message = 0; message < before.length - 1; message += 1) {
    const place = placeOf(before[message], after[message]);
    if (place !== undefined) return { what: { part: 'message', message }, ...place };
  }
  return undefined;
}

function toolChanges(before: readonly unknown[], after: readonly unknown[]): readonly PartChange[] {
  if (isEqual(before, after)) return [];
  const changes: PartChange[] = [];
  const old = new Map(before.map((tool) => [toolName(tool), tool]));
  const now = new Map(after.map((tool) => [toolName(tool), tool]));
  for (const tool of new Set([...old.keys(), ...now.keys()])) {
    const place = placeOf(old.get(tool), now.get(tool));
    if (place === undefined) continue;
    const how = !old.has(tool) ? 'added' : !now.has(tool) ? 'removed' : 'changed';
    changes.push({ what: { part: 'tool', tool, how }, ...place });
  }
  if (changes.length > 0) return changes;
  const place = placeOf(before, after);
  return place === undefined ? [] : [{ what: { part: 'tool-order' }, ...place }];
}

type Place = Pick<PartChange, 'atByte' | 'looksLike'>;

function placeOf(before: unknown, after: unknown): Place | undefined {
  if (isEqual(before, after)) return undefined;
  const [plainBefore, plainAfter] = [withoutMarks(before), withoutMarks(after)];
  if (isEqual(plainBefore, plainAfter)) return undefined;
  const [old, now] = [textOf(plainBefore), textOf(plainAfter)];
  const at = firstDifference(old, now);
  return { atByte: Buffer.byteLength(now.slice(0, at)), looksLike: looksLike(old, now, at) };
}

/** The plain content where that alone differs, else the JSON. */
export function textOf(part: unknown): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return part;
  // A block of a system prompt.
  if (isRecord(part) && part['type'] === 'text' && typeof part['text'] === 'string') {
    return part['text'];
  }
  if (isRecord(part) && typeof part['content'] === 'string' && Object.keys(part).length === 2) {
    return part['content'];
  }
  return JSON.stringify(part);
}

export function firstDifference(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** How far around a difference a date or an id may begin. */
const reach = 40;
const date = /\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?::\d{2})?|\b1[5-9]\d{8}(?:\d{3})?\b/gu;
const id = /\b[0-9a-f]{8}-[0-9a-f]{4}-|\b(?=[a-z_-]*\d)[0-9a-z_-]{16,}\b/giu;

function looksLike(before: string, after: string, at: number): PartChange['looksLike'] {
  const covers = (text: string, pattern: RegExp): boolean => {
    const from = Math.max(0, at - reach);
    return [...text.slice(from, at + reach).matchAll(pattern)].some(
      ({ 0: match, index }) => from + index <= at && at <= from + index + match.length,
    );
  };
  const both = (pattern: RegExp): boolean => covers(before, pattern) && covers(after, pattern);
  if (both(date)) return 'date';
  if (both(id)) return 'id';
  return both(/\d+/gu) ? 'number' : 'text';
}
