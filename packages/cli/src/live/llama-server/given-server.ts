import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { freePort } from '../free-port.ts';
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
