import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rowName } from '@entresol/cli/report';
import type { ReplayDocument, ReplayRow } from '@entresol/cli/report';
import { refuseUnknown } from './usage.ts';

/**
 * Replays the six recorded workloads under every policy, writes docs/benchmarks/replay.json, and from it the replay part of
 * docs/benchmarks.md. With `--check` nothing is replayed: the page is compared with the JSON.
 */
const usage = `Usage: npm run -s bench:replay -- [--check]

Replays six recorded workloads under every policy (up to 15 minutes on two cores) and writes docs/benchmarks/replay.json and its part of docs/benchmarks.md. --check only compares the page with the JSON.
ENTRESOL_TRACES names the folder of the traces, ../shared/traces without it; docs/replay/traces.md says what they are.
`;
refuseUnknown(usage, ['--check']);
const root = new URL('../../', import.meta.url);
const run = promisify(execFile);
const traces = process.env['ENTRESOL_TRACES'] ?? fileURLToPath(new URL('../shared/traces', root));

/** The first four are the development set. */
const workloads = [
  'chatdev',
  'magentic_ww',
  'mad_debate',
  'marble_research',
  'captain_ww',
  'claude_code',
] as const;

/** The middle size first; then the others, and what is only looked at there because each row replays CacheSage again. */
const runs = [
  '--policies all --prefetch on --capacity 0.3 --seeds 10',
  '--policies all --capacity 0.15,0.6 --seeds 5',
  '--policies lru,cachesage,belady-leaf --mode ranked,touch --order --capacity 0.3 --seeds 3',
  '--policies lru,gdsf-lifecycle,s3-fifo,kvflow,pbkv-like,cachesage,belady-leaf --host-tier 2 --capacity 0.15 --seeds 5',
  '--policies lru,cachesage,belady-leaf --ablations --capacity 0.3 --seeds 3',
] as const;

if (!process.argv.includes('--check')) {
  const files = workloads.map((name) => join(traces, `${name}.jsonl`));
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    process.stderr.write(
      `${missing} is not there; set ENTRESOL_TRACES to the folder that holds the recorded traces.\n`,
    );
    process.exit(2);
  }
  let document: ReplayDocument | undefined;
  for (const flags of runs) {
    document = joined(document, await replayAll(files, flags));
    await writeDocument(document);
  }
}
await import('./docs.ts');

function keyOf(row: ReplayRow): string {
  return `${row.workload} ${rowName(row)} ${row.capacity} ${row.hostTier}`;
}

/** Rows that were there already stay as they were. */
function joined(before: ReplayDocument | undefined, more: ReplayDocument): ReplayDocument {
  if (before === undefined) return { ...more, command: 'npm run bench:replay' };
  const there = new Set(before.rows.map(keyOf));
  return {
    ...before,
    policies: { ...more.policies, ...before.policies },
    workloads: before.workloads.map((workload) => ({
      ...workload,
      longerCalls: {
        ...workload.longerCalls,
        ...more.workloads.find(({ name }) => name === workload.name)?.longerCalls,
      },
    })),
    rows: [...before.rows, ...more.rows.filter((row) => !there.has(keyOf(row)))],
  };
}

/** The command's JSON, as any user gets it. */
async function replayAll(files: readonly string[], flags: string): Promise<ReplayDocument> {
  const command = spawn(
    process.execPath,
    [
      '--conditions=@entresol/source',
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('packages/cli/src/main.ts', root)),
      'replay',
      ...files,
      ...flags.split(' '),
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  command.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number>((resolve, reject) => {
    command.once('error', reject).once('close', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) process.exit(code);
  return JSON.parse(text);
}

/** Six digits are more than any interval here tells apart. */
async function writeDocument(document: ReplayDocument): Promise<void> {
  const digits = 6;
  const text = JSON.stringify(
    document,
    (_key, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value)
        ? Number(value.toPrecision(digits))
        : value,
    2,
  );
  const path = fileURLToPath(new URL('docs/benchmarks/replay.json', root));
  await writeFile(`${path}.part`, `${text}\n`);
  await rename(`${path}.part`, path);
  await run(fileURLToPath(new URL('node_modules/.bin/oxfmt', root)), [path]);
}
