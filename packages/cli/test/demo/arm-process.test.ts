import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ArmConfig, ArmMessage } from '../../src/arm/arm-messages.ts';
import { ArmProcessError, runArmProcess } from '../../src/demo/arm-process.ts';

const config: ArmConfig = {
  arm: 'fair',
  graph: 'support-desk',
  target: { kind: 'server', baseURL: 'http://127.0.0.1:9/v1' },
  seed: 1,
  sessions: 1,
  concurrency: 1,
  thinkScale: 0,
};

function start(program: URL, onMessage: (message: ArmMessage) => void = () => undefined) {
  const abort = new AbortController();
  const result = runArmProcess(config, {
    signal: abort.signal,
    onMessage,
    program: fileURLToPath(program),
  });
  return { abort, result };
}

test('a child that ends without a result is an error with what it printed', async () => {
  const error: unknown = await start(new URL('./programs/fails.mjs', import.meta.url)).result.catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ArmProcessError);
  expect(error).toMatchObject({
    arm: 'fair',
    message: 'The fair arm stopped: exit code 3',
    output: 'the engine has no memory left\n',
  });
});

test('a failure that the child names is the reason', async () => {
  await expect(
    start(new URL('./programs/reports-failure.mjs', import.meta.url)).result,
  ).rejects.toThrow('The fair arm stopped: no such model');
});

test('an abort ends the child and takes its temporary folder away', async () => {
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const { abort, result } = start(new URL('./programs/waits.mjs', import.meta.url), (message) => {
    if (message.type === 'progress') resolve(message.agent ?? '');
  });
  const [pid = '', folder = ''] = (await told).split(' ');
  expect(existsSync(join(folder, 'state'))).toBe(true);
  abort.abort(new Error('enough'));
  await expect(result).rejects.toThrow('enough');
  expect(existsSync(folder)).toBe(false);
  expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/u);
});

test('nothing is started for a signal that is aborted already', async () => {
  const signal = AbortSignal.abort(new Error('too late'));
  const options = { signal, onMessage: () => undefined };
  await expect(runArmProcess(config, options)).rejects.toThrow('too late');
});
