import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const source = '--conditions=@entresol/source';

it('finds no figure in README.md or docs/benchmarks.md that differs from the JSON behind it', async () => {
  await expect(
    run(process.execPath, [source, 'bench/src/docs.ts', '--check']),
  ).resolves.toMatchObject({ stderr: '' });
});

it('finds the loads of the examples as their READMEs show them', async () => {
  const quiet = '--disable-warning=ExperimentalWarning';
  await expect(
    run(process.execPath, [source, quiet, 'packages/cli/src/loads/main.ts', '--check']),
  ).resolves.toMatchObject({ stderr: '' });
});
