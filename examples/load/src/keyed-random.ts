import { createHash } from 'node:crypto';

export type KeyPart = string | number;

/** Something to draw: not undefined, so that an empty list can be told from a choice. */
type Choice = string | number | object;

/**
 * Chance without a stream: a draw depends on the seed and on its own key, never on which draws came
 * before it. Sessions may therefore interleave in any order and still see the same draws.
 */
export interface KeyedRandom {
  /** @returns uniform in [0, 1), with 48 random bits */
  unit(...key: readonly KeyPart[]): number;
  /** @returns a uniform integer in [from, to], both included */
  between(from: number, to: number, ...key: readonly KeyPart[]): number;
  /** @throws {RangeError} when there is nothing to pick from */
  pick<T extends Choice>(choices: readonly T[], ...key: readonly KeyPart[]): T;
  /**
   * Picks so that `choices.length` numbers in a row give each choice once: people seldom say the
   * same thing twice.
   * @param number a whole number of at least 0
   * @throws {RangeError} when there is nothing to pick from
   */
  rotate<T extends Choice>(choices: readonly T[], number: number, ...key: readonly KeyPart[]): T;
  /**
   * Picks with a chance proportional to the weight.
   * @throws {RangeError} when no weight is above 0
   */
  weigh<T extends Choice>(
    choices: readonly (readonly [choice: T, weight: number])[],
    ...key: readonly KeyPart[]
  ): T;
  /** @returns `length` (at most 64) hexadecimal digits */
  hex(length: number, ...key: readonly KeyPart[]): string;
}

function at<T extends Choice>(choices: readonly T[], index: number, key: readonly KeyPart[]): T {
  const choice = choices[index % choices.length];
  if (choice === undefined) throw new RangeError(`nothing to pick from for ${key.join('/')}`);
  return choice;
}

export function keyedRandom(seed: number): KeyedRandom {
  // JSON keeps ['a', 'b'] and ['a/b'] apart, which joining by a separator would not.
  const hex = (length: number, ...key: readonly KeyPart[]): string =>
    createHash('sha256')
      .update(JSON.stringify([seed, ...key]))
      .digest('hex')
      .slice(0, length);
  const unit = (...key: readonly KeyPart[]): number =>
    Number.parseInt(hex(12, ...key), 16) / 2 ** 48;

  return {
    hex,
    unit,
    between: (from, to, ...key) => from + Math.floor(unit(...key) * (to - from + 1)),
    pick: (choices, ...key) => at(choices, Math.floor(unit(...key) * choices.length), key),
    rotate: (choices, number, ...key) =>
      at(choices, Math.floor(unit(...key) * choices.length) + number, key),
    weigh: (choices, ...key) => {
      const possible = choices.filter(([, weight]) => weight > 0);
      let left = unit(...key) * possible.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [choice, weight] of possible) {
        left -= weight;
        if (left < 0) return choice;
      }
      // Rounding may leave a crumb after the last subtraction.
      return at(possible, possible.length - 1, key)[0];
    },
  };
}
