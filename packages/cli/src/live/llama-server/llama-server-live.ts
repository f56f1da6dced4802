import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRandomModel } from '@entresol/engines/embedded';
import type { ManagedServerTarget, ServerTarget } from '../../arm/arm-messages.ts';
import { engineSizing } from '../../demo/sizing.ts';
import type { LiveOptions } from '../live-options.ts';
import { startServer, type ServerCommand } from '../server-process.ts';
import { givenServer } from './given-server.ts';
import { packagedServer } from './packaged-server.ts';
import type { LlamaServerSettings } from './settings.ts';

/** An engine that can be started again and again, fresh each time. */
export interface LiveEngine {
  readonly version: string;
  readonly weights: 'random' | 'real';
  readonly conformanceTest: string;
  /** Room of the second tier in every arm: the server's own prompt cache, or its saved slots. */
  readonly tierBytes: number;
  /** Runs `use` with a server of its own, as its users start it (`plain`) or as the driver wants it (`managed`). */
  withServer<T>(
    how: 'plain' | 'managed',
    use: (server: LiveServer) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
}

interface LiveServer {
  readonly target: ServerTarget | ManagedServerTarget;
  /** What the conformance test is told. */
  readonly environment: Readonly<Record<string, string>>;
}

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
    weights,
    tierBytes,
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
  }: Pick<ManagedServerTarget, 'weights' | 'stateFolder'> & {
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
