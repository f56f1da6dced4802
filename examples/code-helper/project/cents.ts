/** Rounds an amount to whole cents; halves go away from zero, also below it. */
export function roundCents(amount: number): number {
  return Math.round(amount);
}

/** Writes cents as an amount: 1234 is "12.34" and -5 is "-0.05". */
export function formatCents(cents: number): string {
  const whole = Math.floor(cents / 100);
  const rest = Math.abs(cents % 100);
  return `${whole}.${String(rest).padStart(2, '0')}`;
}
