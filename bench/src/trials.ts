import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '@entresol/cli/report';
import { readTrace } from '@entresol/replay/node';
import { plan, playTrials } from './trials/play-trials.ts';
import type { TrialDocument } from './trials/trial-document.ts';
import { refuseUnknown } from './usage.ts';

/**
 * Cold starts, adversaries and caches of the wrong size, replayed on the recorded workloads: writes
 * docs/benchmarks/trials.json and its part of docs/benchmarks.md.
 */
const usage = `Usage: npm run -s bench:trials

Replays cold starts, adversaries and caches of the wrong size and writes docs/benchmarks/trials.json and its part of docs/benchmarks.md.
ENTRESOL_TRACES names the folder of the traces, ../shared/traces without it; docs/replay/traces.md says what they are.
`;
refuseUnknown(usage, []);
const root = new URL('../../', import.meta.url);
const traces = process.env['ENTRESOL_TRACES'] ?? fileURLToPath(new URL('../shared/traces', root));
const workloads = [
  'chatdev',
  'magentic_ww',
  'mad_debate',
  'marble_research',
  'captain_ww',
] as const;

const parts: ReturnType<typeof playTrials>[] = [];
for (const workload of workloads) {
  const file = join(traces, `${workload}.jsonl`);
  if (!existsSync(file)) {
    process.stderr.write(
      `${file} is not there; set ENTRESOL_TRACES to the folder that holds the recorded traces.\n`,
    );
    process.exit(2);
  }
  process.stderr.write(`${workload}\n`);
  parts.push(playTrials((await readTrace(file)).trace));
}
const document: TrialDocument = {
  command: 'npm run -s bench:trials',
  date: new Date().toISOString().slice(0, 10),
  machine: await describeMachine(),
  ...plan,
  coldStart: parts.flatMap(({ coldStart }) => coldStart),
  adversaries: parts.flatMap(({ adversaries }) => adversaries),
  sizes: parts.flatMap(({ sizes }) => sizes),
};
const path = fileURLToPath(new URL('docs/benchmarks/trials.json', root));
await writeFile(`${path}.part`, `${JSON.stringify(document, null, 2)}\n`);
await rename(`${path}.part`, path);
await import('./docs.ts');
