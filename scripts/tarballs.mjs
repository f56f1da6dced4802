// Builds every published package anew and packs it into .entresol/tarballs, as it would be published.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPublished, published } from './published.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.entresol/tarballs');

// The compiler leaves the output of sources that are gone.
for (const { path } of published()) rmSync(join(path, 'dist'), { recursive: true, force: true });
const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (built.status !== 0) process.exit(built.status ?? 1);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
packPublished(folder);
process.stdout.write(`${folder}\n`);
