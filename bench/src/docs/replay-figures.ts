/** Stands where a row has no such figure. */
export const none = '–';
/** The capacity that summaries are of. */
export const summaryCapacity = 0.3;

export const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;

export const share = (rate: number | null): string =>
  rate === null ? none : `${Math.round(rate * 100)} %`;
