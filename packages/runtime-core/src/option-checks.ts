import type { PolicyMode } from './policy.ts';

/** Options by name, as they come from untyped code. */
type Named = Readonly<Record<string, unknown>>;

const modes: readonly unknown[] = ['off', 'shadow', 'on'] satisfies PolicyMode[];

function refuse(name: string, range: string, value: unknown): never {
  throw new RangeError(`${name} must be ${range}, got ${shown(value)}`);
}

/** Texts as they are, numbers as they are written, and what else there is as JSON. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
}

/** @throws {RangeError} as all of these do, for what is there and is none of it */
export function checkMode(mode: unknown): void {
  if (mode !== undefined && !modes.includes(mode)) refuse('mode', 'off, shadow or on', mode);
}

/** A wrong name would be a wish that nobody hears. */
export function checkNames(of: unknown, names: readonly string[], within?: string): void {
  const where = within === undefined ? 'the options' : within;
  if (!isNamed(of)) refuse(where, 'an object', of);
  const wrong = Object.keys(of).find((name) => !names.includes(name));
  if (wrong === undefined) return;
  const full = within === undefined ? wrong : `${within}.${wrong}`;
  throw new RangeError(`there is no option ${full}; ${where} may have ${names.join(', ')}`);
}

/** Each present one must be finite, from `least` to `most`. */
export function checkNumbers(values: Named, least = 0, most: number = Infinity): void {
  const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  for (const [name, value] of Object.entries(values)) {
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    const good = isNumber && value >= least && value <= most;
    if (value !== undefined && !good) refuse(name, range, value);
  }
}

export function checkPositive(values: Named): void {
  for (const [name, value] of Object.entries(values)) {
    const good = typeof value === 'number' && Number.isFinite(value) && value > 0;
    if (value !== undefined && !good) refuse(name, 'a number above 0', value);
  }
}

export function checkWhole(values: Named): void {
  for (const [name, value] of Object.entries(values)) {
    const good = Number.isSafeInteger(value) && Number(value) > 0;
    if (value !== undefined && !good) refuse(name, 'a whole number of 1 or more', value);
  }
}

export function checkFunctions(values: Named): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && typeof value !== 'function') refuse(name, 'a function', value);
  }
}

export function checkText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') refuse(name, 'a text', value);
}

export function checkTexts(name: string, value: unknown): void {
  const good = Array.isArray(value) && value.every((text) => typeof text === 'string');
  if (value !== undefined && !good) refuse(name, 'a list of names', value);
}

/** @returns its entries; none where it is absent */
export function checkedEntries(
  name: string,
  value: unknown,
): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  return isNamed(value) ? Object.entries(value) : refuse(name, 'an object', value);
}

export function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    refuse(name, `one of ${allowed.join(', ')}`, value);
  }
}

/** A port of the user's: an object that has these methods. */
export function checkPort(name: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const port = Object(value) === value ? Object(value) : undefined;
  const lacks = methods.find((method) => typeof port?.[method] !== 'function');
  if (lacks !== undefined) refuse(name, `an object with ${methods.join('() and ')}()`, value);
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
