/** One sample of a Prometheus text exposition. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const labelPair = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Samples of the given names; lines that are none of them, or none at all, are passed over. */
export function readMetrics(text: string, names: readonly string[]): readonly MetricSample[] {
  const wanted = new Set(names);
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = sampleLine.exec(line) ?? [];
    if (name === undefined || !wanted.has(name)) return [];
    const pairs = [...labels.matchAll(labelPair)].map(([, key = '', held = '']) => [key, held]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** Sum over all samples of a name: engines of several ranks give one each. 0 without any. */
export function sumOf(samples: readonly MetricSample[], name: string): number {
  return samples.reduce((sum, sample) => (sample.name === name ? sum + sample.value : sum), 0);
}
