import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createArmFolder } from '../../src/demo/arm-folder.ts';

test('a new folder takes away the old ones of processes that are dead, and no other', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'entresol-test-'));
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  const old = new Date(0);
  const names = [
    `entresol-arm-${dead}-old`,
    `entresol-arm-${process.pid}-mine`,
    'entresol-arm-unlike',
    'other',
  ];
  for (const name of names) {
    await mkdir(join(parent, name));
    await utimes(join(parent, name), old, old);
  }
  await mkdir(join(parent, `entresol-arm-${dead}-young`));

  const created = await createArmFolder(parent);
  const left = await readdir(parent);
  expect(left.toSorted()).toEqual(
    [basename(created), ...names.slice(1), `entresol-arm-${dead}-young`].toSorted(),
  );
  await rm(parent, { recursive: true });
});
