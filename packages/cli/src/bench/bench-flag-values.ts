import { InvalidArgumentError } from 'commander';
import type { TierSpeed } from './bench-options.ts';

export function shareAboveZero(text: string): number {
  const share = Number(text);
  if (share > 0 && Number.isFinite(share)) return share;
  throw new InvalidArgumentError('Give a share of the working set above 0, such as 0.6.');
}

/** Names of files, not paths: they name rows and runs too. */
export function fileNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => /^[\w.-]+$/u.test(name))) return [...new Set(names)];
  throw new InvalidArgumentError('Give names of trace files without .jsonl, separated by commas.');
}

export function tierSpeed(text: string): TierSpeed {
  if (text === 'auto-8b') return text;
  const megabytes = Number(text);
  if (!(megabytes > 0) || !Number.isFinite(megabytes)) {
    throw new InvalidArgumentError('Give megabytes a second above 0, or auto-8b.');
  }
  return { bytesPerSecond: megabytes * 1e6 };
}
