import { roundCents } from './cents.ts';
import { discounted } from './discount.ts';

export interface Line {
  readonly cents: number;
  readonly quantity: number;
}

/** Sum of all lines before any discount. */
export function basketSum(lines: readonly Line[]): number {
  return lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
}

/** What is to be paid in cents. The discount is taken off the sum, which is rounded once. */
export function basketTotal(lines: readonly Line[], percents: readonly number[]): number {
  return lines.reduce(
    (sum, { cents, quantity }) => sum + roundCents(discounted(cents, percents)) * quantity,
    0,
  );
}
