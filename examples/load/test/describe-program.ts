import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

async function runMain(
  program: string,
  ...args: readonly string[]
): Promise<{ code: unknown; out: string }> {
  return run(['--conditions=@entresol/source', program, ...args], process.cwd());
}

async function run(args: readonly string[], cwd: string): Promise<{ code: unknown; out: string }> {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  const out = await text(child.stdout);
  const [code]: unknown[] = await exit;
  return { code, out };
}

/** What the README of an example tells people to paste into a shell in its folder, word by word. */
function pastedCommand(program: string): readonly string[] {
  const readme = readFileSync(`${dirname(dirname(program))}/README.md`, 'utf8');
  const command = /```sh\n(?<command>node .*--url .*)\n```/u.exec(readme)?.groups?.['command'];
  if (command === undefined) throw new Error('the README shows no command');
  return command.split(' ').slice(1);
}

async function runPasted(
  program: string,
  url: string,
  more: readonly string[],
): Promise<{ code: unknown; out: string }> {
  const words = pastedCommand(program).map((word) => (word.startsWith('http://') ? url : word));
  return run(words.concat(more), dirname(dirname(program)));
}

/** The command line of an example, as its own process. @param session id of the first session */
export function describeProgram(program: string, session: string): void {
  it.each([
    ['the seed decides what happens', 'script'],
    ['the model decides what happens', 'model'],
  ])(
    'serves users by the command of its README as it is pasted; %s',
    async (_case, director) => {
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
        const more = ['--sessions', '1', '--think-scale', '0', '--director', director];
        const { code, out } = await runPasted(program, url, more);
        expect(out).toContain(`${session} turn 1`);
        expect(out).toMatch(/[234] turns answered, 0 sessions failed/u);
        expect(code).toBe(0);
      } finally {
        server.close();
      }
    },
    30_000,
  );

  it('explains itself when it is not told which server to use', async () => {
    const { code, out } = await runMain(program);
    expect(out).toContain('--url');
    expect(code).toBe(2);
  }, 30_000);
}
