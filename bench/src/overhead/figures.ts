import { measure } from 'mitata';

/** Times of one thing, in µs. */
export interface Figure {
  readonly meanUs: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly samples: number;
}

export interface MeasureOptions {
  /** In ns; the process's own by default. */
  readonly now?: () => number;
  readonly samples?: number;
}

const nsPerUs = 1_000;
const defaultSamples = 2_000;

/** One sample per run, so that means of runs do not hide their spread. */
export async function figureOf(
  run: () => unknown,
  { now, samples = defaultSamples }: MeasureOptions = {},
): Promise<Figure> {
  const { avg, p50, p99, ticks } = await measure(run, {
    min_samples: samples,
    max_samples: samples,
    // No batches, and no garbage collection forced between them: an app has none either.
    batch_threshold: 0,
    gc: false,
    ...(now === undefined ? {} : { now }),
  });
  return { meanUs: avg / nsPerUs, medianUs: p50 / nsPerUs, p99Us: p99 / nsPerUs, samples: ticks };
}

const micro = (us: number): string => us.toFixed(us < 10 ? 2 : 1).padStart(8);

export function printFigure(name: string, figure: Figure | undefined, more = ''): void {
  if (figure === undefined) throw new RangeError(`nothing was measured for "${name}"`);
  const { meanUs, medianUs, p99Us } = figure;
  const times = `mean ${micro(meanUs)}  median ${micro(medianUs)}  p99 ${micro(p99Us)} µs`;
  console.log(`  ${name.padEnd(44)} ${times}${more === '' ? '' : `  ${more}`}`);
}

/** One number that was derived from figures, in µs. */
export function printLine(name: string, us: number, more = ''): void {
  console.log(`  ${name.padEnd(44)} ${micro(us)} µs${more === '' ? '' : `  ${more}`}`);
}

/** Says whether a figure is within what the project allows itself. */
export function verdict(value: number, most: number, unit: string): string {
  const met = value <= most ? 'met' : 'MISSED';
  return `target ≤ ${most} ${unit}: ${met}`;
}
