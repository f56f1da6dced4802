import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileStateStore } from '@entresol/runtime-core/node';
import { expect, it, onTestFinished } from 'vitest';
import { readStatus } from '../../src/status/run-status.ts';

const run = promisify(execFile);

it('what docs/ledger.md shows is what the example leaves and the command prints', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const example = 'examples/policies/src/ledger.ts';
  await run(process.execPath, ['--conditions=@entresol/source', example, folder]);
  const text = await readStatus(fileStateStore(folder), { json: false });
  expect(text).toContain('measured, net-hit-rate: gain');
  expect(await readFile('docs/ledger.md', 'utf8')).toContain(`\`\`\`\n${text}\`\`\`\n`);
}, 180_000);
