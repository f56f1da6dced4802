import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Runs `entresol doctor` in a process of its own. */
export async function doctor(
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const script = join(import.meta.dirname, '../../../../scripts/entresol.mjs');
  const child = spawn(process.execPath, [script, 'doctor', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const [code, out, err] = await Promise.all([promise, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}
