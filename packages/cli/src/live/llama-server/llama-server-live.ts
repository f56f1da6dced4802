import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRandomModel } from '@entresol/engines/embedded';
import type { ManagedLlamaServer } from '../../arm/arm-messages.ts';
import { engineSizing } from '../../demo/sizing.ts';
import type { LiveEngine, LiveServer } from '../live-engine.ts';
import type { LiveOptions } from '../live-options.ts';
import { startServer, type ServerCommand } from '../server-process.ts';
import { givenServer } from './given-server.ts';
import { packagedServer } from './packaged-server.ts';
import type { LlamaServerSettings } from './settings.ts';

/** @throws {EngineUnavailable} when there is no server for this machine */
export async function prepareLlamaServer(
  { serverPath, modelPath }: LiveOptions,
  signal: AbortSignal,
): Promise<LiveEngine> {
  const command = serverPath === undefined ? await packagedServer(signal) : givenServer(serverPath);
  const model = modelPath ?? (await ensureRandomModel({ signal })).path;
  const weights = modelPath === undefined ? 'random' : 'real';
  const { slots, contextTokens, tierBytes } = engineSizing;
  const settings = {
    model,
    slots,
    contextTokens,
    // The server's threads wait for each other in busy loops: one core is left to the app.
    threads: Math.max(1, availableParallelism() - 1),
  };
  const { version } = await commandFor(command, { ...settings, cacheMiB: 0, stateFolder: '' });
  return {
    version,
    conformanceTest: 'packages/engines/test/llama-server/live.test.ts',
    async withServer(how, use, aborted) {
      const stateFolder = await mkdtemp(join(tmpdir(), 'entresol-slots-'));
      try {
        const cacheMiB = how === 'plain' ? tierBytes / 2 ** 20 : 0;
        const wanted = await commandFor(command, { ...settings, cacheMiB, stateFolder });
        const server = await startServer(wanted, aborted);
        try {
          return await use(describe(how, `${server.url}/v1`, { weights, tierBytes, stateFolder }));
        } finally {
          await server.stop();
        }
      } finally {
        await rm(stateFolder, { recursive: true, force: true });
      }
    },
  };
}

async function commandFor(
  command: (settings: LlamaServerSettings) => ServerCommand | Promise<ServerCommand>,
  settings: LlamaServerSettings,
): Promise<ServerCommand> {
  return command(settings);
}

function describe(
  how: 'plain' | 'managed',
  baseURL: string,
  {
    weights,
    tierBytes,
    stateFolder,
  }: Pick<ManagedLlamaServer, 'weights' | 'stateFolder'> & {
    readonly tierBytes: number;
  },
): LiveServer {
  const environment = {
    ENTRESOL_LLAMA_SERVER: baseURL,
    ENTRESOL_LLAMA_SERVER_STATES: stateFolder,
  };
  if (how === 'plain') return { target: { kind: 'server', baseURL }, environment };
  return {
    target: {
      kind: 'managed-server',
      engine: 'llama-server',
      baseURL,
      weights,
      stateBytes: tierBytes,
      stateFolder,
    },
    environment,
  };
}
