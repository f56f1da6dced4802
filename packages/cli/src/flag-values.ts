import { InvalidArgumentError } from 'commander';

/** Reads a flag's whole number within bounds, both included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/u.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads a flag's list of names, separated by commas; each must be known. */
export function nameList<const Name extends string>(
  what: string,
  known: readonly Name[],
): (text: string) => readonly Name[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = known.find((one) => one === name.trim());
      if (found === undefined) {
        throw new InvalidArgumentError(`"${name}" is not ${what}; known: ${known.join(', ')}.`);
      }
      return found;
    });
}
