import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

async function runMain(
  program: string,
  ...args: readonly string[]
): Promise<{ code: unknown; out: string }> {
  const child = spawn(process.execPath, ['--conditions=@entresol/source', program, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  const out = await text(child.stdout);
  const [code]: unknown[] = await exit;
  return { code, out };
}

/** The command line of an example, as its own process. @param session id of the first session */
export function describeProgram(program: string, session: string): void {
  it('serves users from the command line against a server on this machine', async () => {
    const delta = { role: 'assistant', content: 'ok' };
    const chunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: 'stop' }],
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
      const { code, out } = await runMain(program, '--url', url, '--model', 'm', ...args);
      expect(out).toContain(`${session} turn 1`);
      expect(out).toMatch(/[234] turns answered, 0 sessions failed/u);
      expect(code).toBe(0);
    } finally {
      server.close();
    }
  }, 30_000);

  it('explains itself when it is not told which server to use', async () => {
    const { code, out } = await runMain(program);
    expect(out).toContain('--url');
    expect(code).toBe(2);
  }, 30_000);
}
