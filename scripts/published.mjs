import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder and manifest of each package that is meant to be published: those that are not private. */
export function published() {
  return globSync(['packages/*/package.json', 'examples/*/package.json'], { cwd: root })
    .map((file) => join(root, file))
    .map((file) => ({ path: dirname(file), manifest: JSON.parse(readFileSync(file, 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Packs them as they are built, with the pnpm that package.json pins. */
export function packPublished(folder) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const filters = published().map(({ manifest }) => `--filter=${manifest.name}`);
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['--yes', packageManager, '-r', ...filters, 'pack', '--pack-destination', folder],
    { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`pnpm pack failed:\n${stdout}${stderr}`);
}
