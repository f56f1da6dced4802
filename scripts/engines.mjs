// Runs the conformance tests of the engine drivers, one after the other since all write their column of the table in
// docs/engines/README.md; `--check` only compares.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const update = process.argv.includes('--check') ? [] : ['--update'];
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const { status, error } = spawnSync(
  process.execPath,
  [vitest, 'run', '--no-file-parallelism', '/conformance.test.ts', ...update],
  { cwd: root, stdio: 'inherit' },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
