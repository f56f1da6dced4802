// Leaves a file in its temporary folder and waits to be stopped.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.once('message', () => {
  writeFileSync(join(tmpdir(), 'state'), 'prompt content');
  process.send({ type: 'progress', done: 0, agent: `${process.pid} ${tmpdir()}`, promptTokens: 0 });
});
