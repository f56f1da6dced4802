import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('finds no figure in README.md or docs/benchmarks.md that differs from the JSON behind it', async () => {
  const run = promisify(execFile)(process.execPath, [
    '--conditions=@entresol/source',
    'bench/src/docs.ts',
    '--check',
  ]);
  await expect(run).resolves.toMatchObject({ stderr: '' });
});
