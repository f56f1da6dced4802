import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Replays the six recorded workloads under every policy, writes docs/benchmarks/replay.json, and from it the replay part of
 * docs/benchmarks.md. With `--check` nothing is replayed: the page is compared with the JSON.
 */
const root = new URL('../../', import.meta.url);
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

if (!process.argv.includes('--check')) {
  const files = workloads.map((name) => join(traces, `${name}.jsonl`));
  const missing = files.find((file) => !existsSync(file));
  if (missing === undefined) await writeDocument(await replayAll(files));
  else {
    process.stderr.write(
      `${missing} is not there; set ENTRESOL_TRACES to the folder that holds the recorded traces.\n`,
    );
    process.exit(2);
  }
}
await import('./docs.ts');

/** The command's JSON, as any user gets it. */
async function replayAll(files: readonly string[]): Promise<string> {
  const command = spawn(
    process.execPath,
    [
      '--conditions=@entresol/source',
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('packages/cli/src/main.ts', root)),
      'replay',
      ...files,
      ...['--capacity', '0.15,0.3,0.6', '--seeds', '10', '--policies', 'all', '--order', '--json'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  command.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number>((resolve, reject) => {
    command.once('error', reject).once('close', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) process.exit(code);
  return text;
}

/** Six digits are more than any interval here tells apart. */
async function writeDocument(text: string): Promise<void> {
  const digits = 6;
  const document: unknown = JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? Number(value.toPrecision(digits))
      : value,
  );
  const path = fileURLToPath(new URL('docs/benchmarks/replay.json', root));
  await writeFile(`${path}.part`, `${JSON.stringify(document, null, 2)}\n`);
  await rename(`${path}.part`, path);
}
