// Starts the `entresol` command with the workspace's own Node, so that it works
// from any Node that npm runs on (18 or newer).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** First Node that runs TypeScript without a flag. */
const oldest = [22, 18];

const bundled = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const command = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function findNode() {
  if (existsSync(bundled)) return bundled;
  return runsTypeScript(process.versions.node) ? process.execPath : undefined;
}

const node = findNode();
if (node === undefined) {
  console.error(
    `entresol needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}, and the workspace has no Node of its own.\n` +
      'Run `npm run setup` to install the workspace (it brings Node 24 on Linux), or install a newer Node.',
  );
  process.exit(1);
}

const child = spawn(
  node,
  [
    '--conditions=@entresol/source',
    '--disable-warning=ExperimentalWarning',
    command,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  console.error(`entresol could not start ${node}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
