// A process that saves a large state without end, until it is killed. Arguments: folder, key.
import { fileStateStore } from '../../src/node/index.ts';

const [folder = '', key = ''] = process.argv.slice(2);
const store = fileStateStore(folder);
// Files must be private on their own, not by the umask of who runs the app.
process.umask(0);
for (let round = 0; ; round += 1) {
  const rows = Array.from({ length: 15_000 }, (_, at) => ({
    at,
    round,
    text: 'learned '.repeat(8),
  }));
  await store.write(key, JSON.stringify({ round, rows, complete: true }));
  if (round === 0) process.stdout.write('saved once\n');
}
