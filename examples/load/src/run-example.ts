import { parseArgs } from 'node:util';
import type { ExampleLoad, ExampleLoadOptions } from './example-load.ts';

export interface ExampleWords {
  /** What runs, as in "the support desk". */
  readonly app: string;
  /** Who uses it, in the plural. */
  readonly users: string;
}

function usageOf({ app, users }: ExampleWords): string {
  return `Runs ${users} through ${app} against an OpenAI-compatible server.

  node --conditions=@entresol/source src/main.ts --url http://127.0.0.1:8000/v1 --model NAME [options]

  --url URL           base of the API, with /v1
  --model NAME        model as the server knows it
  --api-key KEY       default: none
  --sessions N        ${users}, default 4
  --concurrency N     ${users} at once, default 2
  --seed N            default 1
  --think-scale X     factor on the pauses of ${users}, default 0.1
  --director NAME     "script" (default) or "model": who decides what happens
`;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new RangeError(`--${name} should be a number, not ${text}`);
  }
  return value;
}

/**
 * The command line of an example: reads the arguments, runs the planned users, prints every turn.
 * @returns the exit code: 1 when a session failed, 2 when it was not told which server and model to use
 * @throws {RangeError} for an option that makes no sense
 */
export async function runExample(
  createLoad: (options: ExampleLoadOptions) => ExampleLoad,
  words: ExampleWords,
): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      model: { type: 'string' },
      'api-key': { type: 'string', default: 'none' },
      sessions: { type: 'string', default: '4' },
      concurrency: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      'think-scale': { type: 'string', default: '0.1' },
      director: { type: 'string', default: 'script' },
      help: { type: 'boolean', default: false },
    },
  });
  const { url, model, director } = values;
  if (values.help || url === undefined || model === undefined) {
    console.log(usageOf(words));
    return values.help ? 0 : 2;
  }
  if (director !== 'script' && director !== 'model') {
    throw new RangeError(`--director should be script or model, not ${director}`);
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const load = createLoad({
    client: { baseURL: url, apiKey: values['api-key'], model },
    director,
    seed: numberOf('seed', values.seed),
    sessions: numberOf('sessions', values.sessions),
    concurrency: numberOf('concurrency', values.concurrency),
    thinkScale: numberOf('think-scale', values['think-scale']),
  });
  const { turns, failures } = await load.run({
    signal: stop.signal,
    onTurn: ({ session, turn, reply }) => console.log(`${session} turn ${turn}\n  ${reply}\n`),
  });
  for (const { session, error } of failures) console.error(`${session} failed:`, error);
  console.log(`${turns} turns answered, ${failures.length} sessions failed`);
  return failures.length > 0 ? 1 : 0;
}
