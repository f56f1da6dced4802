import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { benchBodies } from './overhead/bodies.ts';
import { benchDecisions } from './overhead/decisions.ts';
import { benchIdentities } from './overhead/identities.ts';
import { benchMastra } from './overhead/mastra.ts';
import { benchNodes } from './overhead/nodes.ts';
import { benchScoreRefresh } from './overhead/score-refresh.ts';
import { machineLine } from './machine.ts';

/** Each in a process of its own: what one leaves on the heap and in the compiler's profiles is not charged to the next. */
const groups = new Map([
  ['nodes', benchNodes],
  ['mastra', benchMastra],
  ['identities', benchIdentities],
  ['decisions', benchDecisions],
  ['score-refresh', benchScoreRefresh],
  ['bodies', benchBodies],
]);

const [, file = fileURLToPath(import.meta.url), asked] = process.argv;
if (asked === undefined) {
  console.log(machineLine());
  for (const name of groups.keys()) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, file, name], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exit(status ?? 1);
  }
} else {
  const group = groups.get(asked);
  if (group === undefined) {
    const known = `npm run -s bench:overhead -- [GROUP]; groups: ${[...groups.keys()].join(', ')}; all without one\n`;
    if (asked === '--help') {
      process.stdout.write(`Usage: ${known}`);
      process.exit(0);
    }
    process.stderr.write(`error: there is no ${asked}. ${known}`);
    process.exit(2);
  }
  await group();
}
