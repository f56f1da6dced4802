import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runtime } from '@entresol/runtime-core';
import { scriptedLink } from '@entresol/runtime-core/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FakeAnthropic } from '../../../engines/test/anthropic/support/fake-anthropic.ts';
import type { Received, Sent } from '../../../engines/test/hosted/support/loopback.ts';
import { FakeLlamaServer } from '../../../engines/test/llama-server/support/fake-llama-server.ts';
import { FakeOpenAI } from '../../../engines/test/openai/support/fake-openai.ts';
import { FakeSGLang } from '../../../engines/test/sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../../../engines/test/vllm/support/fake-vllm.ts';

type Fetch = typeof globalThis.fetch;

/** Keys as they stand in the environment of who pastes. */
const key = 'own-key';

/** A double of a hosted API behind the global `fetch`. */
function hosted({ answer }: { readonly answer: (received: Received) => Sent }): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { status, headers, chunks } = answer({
      method: request.method,
      path: new URL(request.url).pathname,
      headers: Object.fromEntries(request.headers),
      text: await request.text(),
    });
    return new Response(chunks.join(''), { status, ...(headers && { headers }) });
  };
}

interface Page {
  readonly engine: () => Fetch;
  /** Where the pasted lines look for the engine. */
  readonly origin: string;
  readonly path?: string;
  readonly model?: string;
}

const pages: Readonly<Record<string, Page>> = {
  'llama-server': {
    engine: () => new FakeLlamaServer({ contextTokens: 4_096 }).fetch,
    origin: 'http://127.0.0.1:8080',
  },
  vllm: { engine: () => new FakeVLLM().fetch, origin: 'http://127.0.0.1:8000' },
  sglang: { engine: () => new FakeSGLang().fetch, origin: 'http://127.0.0.1:30000' },
  openai: {
    engine: () => hosted(new FakeOpenAI()),
    origin: 'https://api.openai.com',
    model: 'gpt-5.4',
  },
  anthropic: {
    engine: () => hosted(new FakeAnthropic()),
    origin: 'https://api.anthropic.com',
    path: '/messages',
    model: 'claude-sonnet-4-5',
  },
  'openai-compatible': {
    engine: () => hosted(new FakeOpenAI()),
    origin: 'https://api.example.com',
    model: 'gpt-5.4',
  },
};

let folder: string;
beforeAll(async () => {
  // Beside this file, so that packages are found as an app of the workspace finds them.
  folder = await mkdtemp(fileURLToPath(new URL('.pasted-', import.meta.url)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The first lines of TypeScript of a page, run as they stand there. */
async function pasted(name: string): Promise<Runtime> {
  const page = new URL(`../../../../docs/engines/${name}.md`, import.meta.url);
  const [, lines] = /^```ts\n([\s\S]*?)^```/mu.exec(await readFile(page, 'utf8')) ?? [];
  if (lines === undefined) throw new TypeError(`${name}.md has no lines to paste`);
  const file = join(folder, `${name}.ts`);
  await writeFile(file, `${lines}\nexport { runtime };\n`);
  const { runtime }: { readonly runtime: Runtime } = await import(/* @vite-ignore */ file);
  return runtime;
}

describe.each(Object.entries(pages))(
  'the lines on the page of %s',
  (name, { engine, origin, path = '/chat/completions', model = 'tiny' }) => {
    it('run as pasted: a managed call comes back with its usage', async () => {
      for (const variable of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'KEY']) {
        vi.stubEnv(variable, key);
      }
      const asked = new Set<string>();
      const behind = engine();
      vi.stubGlobal('fetch', ((input, init) => {
        asked.add(new URL(input instanceof Request ? input.url : input).origin);
        return behind(input, init);
      }) satisfies Fetch);
      onTestFinished(() => {
        vi.unstubAllGlobals();
        vi.unstubAllEnvs();
      });
      const runtime = await pasted(name);
      onTestFinished(() => runtime.close());
      await runtime.ready;
      runtime.link(scriptedLink(() => ({ agent: 'desk', session: 's' })));
      const { baseURL, apiKey, fetch } = runtime.client();
      const response = await fetch(`${baseURL}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(path === '/messages'
            ? { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }
            : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          max_tokens: 2,
          messages: [{ role: 'user', content: 'Where is my order?' }],
        }),
      });
      expect([response.status, await response.json()]).toMatchObject([200, { usage: {} }]);
      expect(runtime.report()).toMatchObject({ managedCalls: 1, unmanagedCalls: 0 });
      expect([...asked]).toEqual([origin]);
    });
  },
);
