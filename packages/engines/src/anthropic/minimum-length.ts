/** Shortest prefix that a model keeps, in tokens, as the guide to prompt caching lists them; a shorter one is skipped. */
const listed: readonly (readonly [name: RegExp, tokens: number])[] = [
  [/^claude-opus-4-[567]\b/, 4_096],
  [/^claude-haiku-4-5\b/, 4_096],
  [/^claude-opus-5\b/, 512],
  [/^claude-(?:3-5-haiku|3-haiku|haiku-3)/, 2_048],
];
const usual = 1_024;
/** The least of all models. */
export const leastMinimum = 512;

export function minimumLength(model: string): number {
  return listed.find(([name]) => name.test(model))?.[1] ?? usual;
}
