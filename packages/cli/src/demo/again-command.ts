import { spelling } from '../spelling.ts';
import type { DemoOptions } from './demo-options.ts';
import { frameworkChoices, usualFramework, usualGraphsOf } from './example-names.ts';
import { engineSizing } from './sizing.ts';

/** The command line that repeats a run: what shapes the figures is written out, what does not is left away. */
export function againCommand(options: DemoOptions): string {
  const words: string[] = [spelling.demo];
  if (options.quick) words.push('--quick');
  words.push(...graphWords(options.graphs));
  words.push(`--load ${options.load}`);
  words.push(`--sessions ${options.sessions}`, `--concurrency ${options.concurrency}`);
  words.push(`--seed ${options.seed}`);
  if (options.director !== undefined) words.push(`--director ${options.director}`);
  if (options.serverURL !== undefined) return [...words, `--engine ${options.serverURL}`].join(' ');
  if (options.slots !== engineSizing.slots) words.push(`--slots ${options.slots}`);
  if (options.tierBytes !== engineSizing.tierBytes) {
    words.push(`--tier-mib ${options.tierBytes / 2 ** 20}`);
  }
  const optional = options.arms.filter((arm) => arm === 'fair' || arm === 'bare');
  const usual = options.quick ? '' : 'fair';
  if (optional.join() !== usual) words.push(`--arms ${optional.join() || 'cachesage'}`);
  if (options.modelPath !== undefined) words.push(`--model ${JSON.stringify(options.modelPath)}`);
  return words.join(' ');
}

/** The usual examples go without their names. */
function graphWords(graphs: DemoOptions['graphs']): readonly string[] {
  const framework = frameworkChoices.find((name) => usualGraphsOf(name).join() === graphs.join());
  if (framework === usualFramework) return [];
  return [framework === undefined ? `--graph ${graphs.join()}` : `--framework ${framework}`];
}
