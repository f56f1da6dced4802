/** A fault of the library as a programmer meets it. */
export interface FaultCase {
  readonly file: string;
  readonly name: string;
  readonly symptom: string;
  /** Arguments that show the fault, as a JSON list. */
  readonly args: string;
  /** What the patched function gives back for them, as JSON. */
  readonly fixed: string;
  readonly oldText: string;
  readonly newText: string;
  readonly cause: string;
}

export const faultCases: readonly FaultCase[] = [
  {
    file: 'pages.ts',
    name: 'pageCount',
    symptom: 'A list of twenty entries shows three pages of ten, and the last one is empty.',
    args: '[20, 10]',
    fixed: '2',
    oldText: 'Math.floor(total / size) + 1',
    newText: 'Math.ceil(total / size)',
    cause: 'it adds a page even when the total divides exactly',
  },
  {
    file: 'cents.ts',
    name: 'formatCents',
    symptom: 'A credit note of five cents is printed as minus one and five.',
    args: '[-5]',
    fixed: '"-0.05"',
    oldText: 'const whole = Math.floor(cents / 100)',
    newText: "const whole = (cents < 0 ? '-' : '') + Math.trunc(Math.abs(cents) / 100)",
    cause: 'rounding down moves a negative amount to the next whole one',
  },
  {
    file: 'statistics.ts',
    name: 'median',
    symptom: 'The median of nine, ten and eleven comes out as eleven.',
    args: '[[9, 10, 11]]',
    fixed: '10',
    oldText: '[...values].sort()',
    newText: 'values.toSorted((a, b) => a - b)',
    cause: 'sort without a comparison orders numbers as text',
  },
  {
    file: 'slugs.ts',
    name: 'slugify',
    symptom: 'Titles of three words still have a blank in their address.',
    args: '["Two Red Hats"]',
    fixed: '"two-red-hats"',
    oldText: "replace(' ', '-')",
    newText: "replace(/ +/g, '-')",
    cause: 'replace with a text changes the first match only',
  },
  {
    file: 'durations.ts',
    name: 'parseMinutes',
    symptom: 'Two hours and thirty minutes are read as thirty minutes.',
    args: '["2h 30m"]',
    fixed: '150',
    oldText: 'minutes = Number(count)',
    newText: 'minutes += Number(count)',
    cause: 'each part of the text replaces the one before instead of adding to it',
  },
  {
    file: 'lookup.ts',
    name: 'findSorted',
    symptom: 'The first entry of a list of three is never found.',
    args: '[[1, 2, 3], 1]',
    fixed: '0',
    oldText: 'while (low < high)',
    newText: 'while (low <= high)',
    cause: 'the loop ends before it looks at the last candidate',
  },
  {
    file: 'versions.ts',
    name: 'compareVersions',
    symptom: 'Version 1.10 is taken for older than 1.9.',
    args: '["1.10", "1.9"]',
    fixed: '1',
    oldText: 'return one < other ? -1 : 1',
    newText: 'return Number(one) < Number(other) ? -1 : 1',
    cause: 'the parts are compared as text and not as numbers',
  },
  {
    file: 'merge.ts',
    name: 'mergeSorted',
    symptom: 'Merging loses the end of the second list.',
    args: '[[1], [2, 3]]',
    fixed: '[1, 2, 3]',
    oldText: '...left.slice(i)]',
    newText: '...left.slice(i), ...right.slice(j)]',
    cause: 'what is left of the second list is never appended',
  },
  {
    file: 'retries.ts',
    name: 'retryDelayMs',
    symptom: 'The tenth attempt waits far longer than half a minute.',
    args: '[10, 1000]',
    fixed: '30000',
    oldText: 'Math.min(firstMs, longestMs) * 2 ** (attempt - 1)',
    newText: 'Math.min(firstMs * 2 ** (attempt - 1), longestMs)',
    cause: 'the limit is applied before the doubling',
  },
];
