// Uses what was built as a user does: packs it, installs it beside the dependencies of the workspace, compiles a program
// that imports every entry under both ways of resolving modules, loads every entry, and runs the command and the quick
// starts. Expects `tsc -b` to have run.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minVersion, satisfies } from 'semver';
import { packPublished, published } from './published.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const app = mkdtempSync(join(tmpdir(), 'entresol-app-'));
const modules = join(app, 'node_modules');
const faults = [];

function run(what, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: app,
    encoding: 'utf8',
  });
  if (status !== 0)
    faults.push(`${what}: ${error?.message ?? `exit code ${status}`}\n${stdout}${stderr}`);
  return stdout;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function install(tarballs) {
  for (const file of readdirSync(tarballs)) {
    const unpacked = mkdtempSync(join(app, 'unpacked-'));
    run(`unpacking ${file}`, 'tar', ['xzf', join(tarballs, file), '-C', unpacked]);
    const { name } = readManifest(join(unpacked, 'package'));
    cpSync(join(unpacked, 'package'), join(modules, name), { recursive: true });
    rmSync(unpacked, { recursive: true });
  }
  const quickstart = join(root, 'examples/quickstart');
  const users = [
    // The quick starts come first: where two versions of a package are in use, they have theirs.
    { path: quickstart, manifest: readManifest(quickstart) },
    { path: root, manifest: { devDependencies: { '@types/node': '' } } },
    ...published(),
  ];
  for (const { path, manifest } of users) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const target = join(modules, name);
      if (name.startsWith('@entresol/') || existsSync(target)) continue;
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(realpathSync(join(path, 'node_modules', name)), target);
    }
  }
}

/** What a registry and a user's package manager would stumble over. */
function checkManifest(name) {
  const folder = join(modules, name);
  const manifest = readManifest(folder);
  const fault = (text) => faults.push(`${name}: ${text}`);
  for (const field of ['description', 'license', 'engines', 'files']) {
    if (manifest[field] === undefined) fault(`package.json has no "${field}"`);
  }
  for (const file of ['LICENSE', 'README.md']) {
    if (!existsSync(join(folder, file))) fault(`${file} is not packed`);
  }
  const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const [dependency, range] of Object.entries(needed)) {
    if (range.startsWith('workspace:')) fault(`"${dependency}": "${range}" means nothing outside`);
    if (!existsSync(join(modules, dependency)))
      fault(`needs ${dependency}, which is not published`);
  }
  const oldest = minVersion(manifest.engines?.node ?? '*');
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const file = join(modules, dependency, 'package.json');
    const node = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8')).engines?.node
      : undefined;
    if (node !== undefined && !satisfies(oldest, node)) {
      fault(`promises Node ${oldest}; ${dependency} needs ${node}`);
    }
  }
  const entries = Object.entries(manifest.exports ?? {}).filter(([, to]) => typeof to === 'object');
  for (const [entry, conditions] of entries) {
    for (const file of Object.values(conditions)) {
      if (!existsSync(join(folder, file)))
        fault(`"${entry}" leads to ${file}, which is not packed`);
    }
  }
  return entries.map(([entry]) => `${name}${entry.slice(1)}`);
}

function compile(moduleResolution, module) {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2024', 'dom', 'dom.iterable'],
    types: ['node'],
    module,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const config = `tsconfig.${moduleResolution}.json`;
  writeFileSync(join(app, config), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(`tsc, moduleResolution ${moduleResolution}`, process.execPath, [tsc, '-p', config]);
}

try {
  const tarballs = join(app, 'tarballs');
  mkdirSync(tarballs);
  packPublished(tarballs);
  install(tarballs);
  const entries = published().flatMap(({ manifest }) => checkManifest(manifest.name));
  writeFileSync(join(app, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  writeFileSync(
    join(app, 'entries.ts'),
    entries.map((entry, at) => `export * as entry${at} from '${entry}';\n`).join(''),
  );
  for (const name of ['main', 'mastra']) {
    cpSync(join(root, `examples/quickstart/src/${name}.ts`), join(app, `${name}.ts`));
  }
  compile('nodenext', 'nodenext');
  compile('bundler', 'esnext');
  const quiet = '--disable-warning=ExperimentalWarning';
  run('loading every entry', process.execPath, [quiet, 'entries.ts']);
  for (const name of ['main', 'mastra']) {
    const said = run(`the quick start ${name}.ts`, process.execPath, [quiet, `${name}.ts`]);
    if (!/, [1-9]\d* from the cache/u.test(said))
      faults.push(`${name}.ts: nothing from the cache:\n${said}`);
  }
  const command = join(modules, '@entresol/cli/dist/main.js');
  run('entresol demo --quick', process.execPath, [command, 'demo', '--quick']);
  if (faults.length === 0)
    process.stdout.write(`${entries.length} entries of ${published().length} packages\n`);
} finally {
  rmSync(app, { recursive: true, force: true });
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
}
