import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';
import type { RecordOptions } from '../../src/record/record-command.ts';
import { runRecord } from '../../src/record/run-record.ts';

const record = (...flags: string[]): ReturnType<typeof parseCommandLine> =>
  parseCommandLine(['record', ...flags]);

function recordOptions(...flags: string[]): RecordOptions {
  const parsed = record(...flags);
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

const graph = ['--graph', 'support-desk'];

async function refusal(...flags: string[]): Promise<unknown> {
  const world = { print: () => undefined, signal: new AbortController().signal };
  return runRecord(recordOptions(...graph, ...flags), world).catch((error: unknown) => error);
}

describe('entresol record', () => {
  it('needs a graph and a file', () => {
    expect(record('--out', 'x')).toMatchObject({
      kind: 'mistake',
      text: expect.stringContaining('--graph'),
    });
    expect(record(...graph)).toMatchObject({
      kind: 'mistake',
      text: expect.stringContaining('record --help'),
    });
  });

  it('takes every size from its flag, and has no more live sessions than sessions', () => {
    expect(recordOptions(...graph, '--out', 'x', '--sessions', '3', '--seed', '5')).toMatchObject({
      graph: 'support-desk',
      out: 'x',
      overwrite: false,
      sessions: 3,
      concurrency: 3,
      seed: 5,
    });
  });

  it('says in its help how an app of your own is recorded', () => {
    const help = record('--help');
    expect(help).toMatchObject({ kind: 'help', text: expect.stringContaining('recordTo(') });
  });

  it('refuses a folder that is not there, before anything starts', async () => {
    expect(await refusal('--out', '/absent/trace.jsonl')).toMatchObject({
      name: 'FlagError',
      message: expect.stringContaining('/absent'),
    });
  });

  it('refuses a file that is there unless forced, and a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'record-command-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'trace.jsonl');
    await writeFile(file, '');
    expect(await refusal('--out', file)).toMatchObject({
      message: expect.stringContaining('--force'),
    });
    expect(await refusal('--out', folder, '--force')).toMatchObject({
      message: expect.stringContaining('is a folder'),
    });
  });
});
