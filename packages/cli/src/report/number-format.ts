const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** Stands where the engine gave no figure. */
export const unknownFigure = 'unknown';

/** Rate in [0, 1] as whole percent: `67 %`. */
export function formatRate(rate: number): string {
  return `${signed(Math.round(rate * 100), false)} %`;
}

/** Difference of two rates in points: `+12 pts`. */
export function formatPoints(points: number): string {
  return `${signed(points, true)} pts`;
}

/** Relative difference in whole percent: `−25 %`. */
export function formatRelative(percent: number): string {
  return `${signed(percent, true)} %`;
}

/** Whole milliseconds: `1,310`. */
export function formatMilliseconds(milliseconds: number): string {
  return grouped.format(milliseconds);
}

/** `22.4`. */
export function formatOneDecimal(value: number): string {
  return oneDecimal.format(value);
}

/** `5,180 tok`, from 10,000 `41.7 k tok`. */
export function formatTokens(tokens: number): string {
  return tokens < 10_000
    ? `${grouped.format(tokens)} tok`
    : `${formatOneDecimal(tokens / 1000)} k tok`;
}

/** `512 bytes`, `5.1 KB`, `48.0 MB`; decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${grouped.format(bytes)} bytes`;
  if (bytes < 1_000_000) return `${formatOneDecimal(bytes / 1000)} KB`;
  return `${formatOneDecimal(bytes / 1_000_000)} MB`;
}

/** `1 seed`, `1,249 calls`. */
export function counted(count: number, noun: string): string {
  return `${grouped.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Minutes and seconds: `0:52`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A whole number with a true minus and, if asked, a plus. */
function signed(whole: number, plus: boolean): string {
  if (whole < 0) return `−${grouped.format(-whole)}`;
  return whole > 0 && plus ? `+${grouped.format(whole)}` : grouped.format(Math.abs(whole));
}
