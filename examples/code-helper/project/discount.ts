/** Takes discounts off an amount, one after the other: 10 and 10 percent leave 81 of 100. */
export function discounted(cents: number, percents: readonly number[]): number {
  const all = percents.reduce((sum, percent) => sum + percent, 0);
  return cents * (1 - all / 100);
}

/** The percentage between an old and a new price; negative when it got dearer. */
export function reduction(oldCents: number, newCents: number): number {
  return ((oldCents - newCents) / oldCents) * 100;
}
