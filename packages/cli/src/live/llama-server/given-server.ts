import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import process from 'node:process';
import { EngineUnavailable } from '../live-document.ts';
import type { ServerCommand } from '../server-process.ts';
import type { LlamaServerSettings } from './settings.ts';

/**
 * A llama-server binary of the user's own.
 * @throws {EngineUnavailable} when it does not run
 */
export function givenServer(
  path: string,
): (settings: LlamaServerSettings) => Promise<ServerCommand> {
  const asked = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (asked.error !== undefined || asked.status !== 0) {
    throw new EngineUnavailable(
      `${path} --version failed: ${asked.error?.message ?? asked.stderr}`,
    );
  }
  const version = /version: .*/.exec(`${asked.stdout}${asked.stderr}`)?.[0] ?? path;
  return async (settings) => {
    const port = await freePort();
    const { model, slots, contextTokens, threads, cacheMiB, stateFolder } = settings;
    const flags = {
      '--model': model,
      '--host': '127.0.0.1',
      '--port': port,
      '--parallel': slots,
      '--ctx-size': slots * contextTokens,
      '--threads': threads,
      '--cache-ram': cacheMiB,
      '--slot-save-path': stateFolder,
    };
    return {
      command: path,
      args: [
        ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]),
        '--no-kv-unified',
        '--slots',
      ],
      env: process.env,
      url: `http://127.0.0.1:${port}`,
      healthPath: '/health',
      version,
    };
  };
}

/** Free a moment ago: a server that loses the race for it says so and ends. */
async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}
