import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function runMain(...args: readonly string[]): Promise<{ code: unknown; out: string }> {
  const child = spawn(process.execPath, ['--conditions=@entresol/source', program, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  const out = await text(child.stdout);
  const [code]: unknown[] = await exit;
  return { code, out };
}

it('serves readers from the command line against a server on this machine', async () => {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/event-stream');
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}/v1`;
    const args = ['--sessions', '1', '--think-scale', '0'];
    const { code, out } = await runMain('--url', url, '--model', 'm', ...args);
    expect(out).toContain('crew-0001 turn 1');
    expect(out).toMatch(/[234] turns answered, 0 sessions failed/);
    expect(code).toBe(0);
  } finally {
    server.close();
  }
}, 30_000);

it('explains itself when it is not told which server to use', async () => {
  const { code, out } = await runMain();
  expect(out).toContain('--url');
  expect(code).toBe(2);
}, 30_000);
