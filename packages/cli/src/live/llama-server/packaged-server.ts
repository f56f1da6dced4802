import process from 'node:process';
import { findPython, installPackage, type PinnedPackage } from '../python-package.ts';
import type { ServerCommand } from '../server-process.ts';
import type { LlamaServerSettings } from './settings.ts';

/**
 * llama.cpp's own server (tools/server, its HTTP front end included) as a Python extension module with wheels for the CPU.
 * The last part of its version is the build of llama.cpp.
 */
const xllamacpp: PinnedPackage = {
  name: 'xllamacpp',
  version: '2026.10.11549',
  module: 'xllamacpp',
};

/** Starts the server with settings from its first argument, prints where it listens, and ends with its parent. */
const launcher = `
import json, os, sys
import xllamacpp
wanted = json.loads(sys.argv[1])
params = xllamacpp.CommonParams()
params.model.path = wanted["model"]
params.n_ctx = wanted["contextTokens"] * wanted["slots"]
params.n_parallel = wanted["slots"]
params.kv_unified = False
params.cpuparams.n_threads = wanted["threads"]
params.cpuparams_batch.n_threads = wanted["threads"]
params.cache_ram_mib = wanted["cacheMiB"]
params.slot_save_path = wanted["stateFolder"]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.endpoint_slots = True
params.endpoint_metrics = True
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)
`;

/** @throws {EngineUnavailable} when it cannot be installed here */
export async function packagedServer(
  signal: AbortSignal,
): Promise<(settings: LlamaServerSettings) => ServerCommand> {
  const python = await findPython(signal);
  const folder = await installPackage(xllamacpp, python, signal);
  return (settings) => ({
    command: python,
    args: [
      '-c',
      launcher,
      // The server puts the folder and a name together as they are.
      JSON.stringify({ ...settings, stateFolder: `${settings.stateFolder}/` }),
    ],
    env: { ...process.env, PYTHONPATH: folder },
    healthPath: '/health',
    version: `${xllamacpp.name} ${xllamacpp.version}`,
  });
}
