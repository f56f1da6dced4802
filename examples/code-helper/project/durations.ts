const minutesPer: Readonly<Record<string, number>> = { d: 1_440, h: 60, m: 1 };

/** Reads a duration such as "1d 2h 30m" in minutes; 0 when it says nothing. */
export function parseMinutes(text: string): number {
  let minutes = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+)\s*([dhm])/g)) {
    minutes = Number(count) * (minutesPer[unit] ?? 0);
  }
  return minutes;
}

/** Writes minutes as hours and minutes: 150 is "2h 30m". */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}h ${minutes % 60}m` : `${minutes}m`;
}
