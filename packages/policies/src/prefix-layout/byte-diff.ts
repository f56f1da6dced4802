import { firstDifference } from './compare-prompts.ts';

/** Characters shown before and after the first difference. */
const before = 30;
const after = 30;

/** Two lines with what stands around the first difference, and one that points at it. */
export function byteDiff(expected: string, actual: string): string {
  const at = firstDifference(expected, actual);
  const from = Math.max(0, at - before);
  const shown = (text: string): string => {
    const cut = text.slice(from, at + after);
    return JSON.stringify(cut).slice(1, -1);
  };
  const pointer = JSON.stringify(expected.slice(from, at)).length - 2;
  return [
    `  before  ${shown(expected)}`,
    `  now     ${shown(actual)}`,
    `          ${' '.repeat(pointer)}^`,
  ].join('\n');
}
