import { estimatorParts } from '@entresol/cachesage';
import type { EstimatorPart } from '@entresol/cachesage';
import { InvalidArgumentError } from 'commander';
import { prefetchFrom, seated, seatedCacheSage, timed } from './lab-policy.ts';
import type { LabPolicy } from './lab-policy.ts';

const prefix = 'cachesage-no-';
const suffix = '+prefetch';

/**
 * Reads `all`, or a list of parts, separated by commas; parts joined by `+` are left out together.
 * @returns the rows' keys
 */
export function ablationList(text: string): readonly string[] {
  const all = text === 'all' ? estimatorParts : text.split(',');
  return all.map((joined) => {
    const parts = joined.split('+').map((part) => part.trim());
    const unknown = parts.find((part) => partOf(part) === undefined);
    if (unknown !== undefined) {
      throw new InvalidArgumentError(
        `"${unknown}" is no part of the estimator; known: ${estimatorParts.join(', ')}.`,
      );
    }
    return prefix + parts.join('+');
  });
}

/** The flag that asked for these rows. */
export function ablationsFlag(keys: readonly string[]): string {
  const parts = keys.map((key) => key.slice(prefix.length)).join(',');
  return parts === estimatorParts.join(',') ? '--ablations' : `--ablations ${parts}`;
}

/** The same row on the engine's clock, with prefetches. */
export function prefetchingAblation(key: string): string {
  return key + suffix;
}

/** The row of the whole estimator that an ablation is compared with; undefined for any other row. */
export function wholeOf(key: string): string | undefined {
  if (!key.startsWith(prefix)) return undefined;
  return key.endsWith(suffix) ? `cachesage${suffix}` : 'cachesage';
}

/** Undefined when the key is no ablation's. */
export function findAblation(key: string): LabPolicy | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const ahead = key.endsWith(suffix);
  const named = key.slice(prefix.length, ahead ? -suffix.length : undefined).split('+');
  const without = named.map(partOf).filter((part) => part !== undefined);
  if (without.length !== named.length) return undefined;
  const source = `cachesage without ${without.join(', ')}`;
  if (!ahead) return seated(key, 'ablation', { without }, source);
  const options = { without, prefetch: { minProbability: prefetchFrom } };
  return {
    ...timed(key.slice(0, -suffix.length), 'prefetch', () => {
      return seatedCacheSage(options, 'ranked', true).maker;
    }),
    kind: 'ablation',
    source: `${source}; prefetching, on the engine's clock`,
  };
}

function partOf(name: string): EstimatorPart | undefined {
  return estimatorParts.find((part) => part === name);
}
