import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();

/** Where figures come from: without it they mean nothing. */
export function machineLine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const commit = git('rev-parse', '--short', 'HEAD');
  const changed = git('status', '--porcelain') === '' ? '' : ' and local changes';
  return `${model}, ${processors.length} cores, node ${process.version}, commit ${commit}${changed}`;
}
