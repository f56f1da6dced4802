const minutesPer: Readonly<Record<string, number>> = { d: 1_440, h: 60, m: 1 };

/** Reads a duration such as "1d 2h 30m" in minutes; 0 when it says nothing. */
export function parseMinutes(text: string): number {
  const part = /(\d+)\s*([dhm])/.exec(text);
  if (!part) return 0;
  return Number(part[1]) * (minutesPer[part[2] ?? ''] ?? 0);
}

/** Writes minutes as hours and minutes: 150 is "2h 30m". */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}h ${minutes % 60}m` : `${minutes}m`;
}
