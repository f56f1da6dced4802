import { parseArgs } from 'node:util';
import { createResearchCrewLoad } from './index.ts';

const usage = `Runs users through the research crew against an OpenAI-compatible server.

  node src/main.ts --url http://127.0.0.1:8000/v1 --model NAME [options]

  --url URL           base of the API, with /v1
  --model NAME        model as the server knows it
  --api-key KEY       default: none
  --sessions N        users, default 4
  --concurrency N     users at once, default 2
  --seed N            default 1
  --think-scale X     factor on the pauses of users, default 0.1
  --director NAME     "script" (default) or "model": who decides what happens
`;

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new RangeError(`--${name} should be a number, not ${text}`);
  }
  return value;
}

async function main(): Promise<number> {
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
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (director !== 'script' && director !== 'model') {
    throw new RangeError(`--director should be script or model, not ${director}`);
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());

  const load = createResearchCrewLoad({
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

process.exitCode = await main();
