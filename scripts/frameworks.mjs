// Runs the coverage and the conformance tests of the adapters, one after the other since all write their tables into
// docs/frameworks.md; `--check` only compares.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const suites = [
  'packages/langgraph-adapter/test/shape-coverage',
  'packages/langgraph-adapter/test/conformance',
  'packages/mastra-adapter/test/conformance',
];
const update = process.argv.includes('--check') ? [] : ['--update'];
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const { status, error } = spawnSync(
  process.execPath,
  [vitest, 'run', '--no-file-parallelism', ...suites, ...update],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
