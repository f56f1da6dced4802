import { readFile } from 'node:fs/promises';
import { seededRandom } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { examineEngine, startCommands } from '../../src/doctor/index.ts';
import { FakeLlamaServer } from '../llama-server/support/fake-llama-server.ts';
import { FakeSGLang } from '../sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../vllm/support/fake-vllm.ts';
import {
  broken,
  examine,
  findings,
  largerFirst,
  smallerFirst,
  soundVLLM,
} from './support/examination.ts';
import { changingBody, changingText, inOrder, onLoopback, says } from './support/proxies.ts';

describe('a sound engine', () => {
  it('vLLM: everything is found, and nothing is to be done', async () => {
    const found = await examine(soundVLLM());
    expect(found).toMatchObject({
      engine: 'vllm',
      version: '0.32.0',
      model: 'tiny',
      missingFlags: [],
    });
    expect(found.checks.map(({ verdict }) => verdict)).not.toContain('broken');
    expect(found.checks.every(({ fix }) => fix === undefined)).toBe(true);
    expect(findings(found, 'priority')).toMatchObject({
      verdict: 'ok',
      finding: expect.stringContaining('smaller first'),
    });
    expect(findings(found, 'tenant-isolation')).toMatchObject({ verdict: 'ok' });
    expect(findings(found, 'fields')).toMatchObject({
      finding: expect.stringContaining('unknown fields go by in silence'),
    });
  });

  it('SGLang: priorities the other way round are right there, and flags are what it says', async () => {
    const found = await examine(inOrder(new FakeSGLang().fetch, largerFirst));
    expect(found).toMatchObject({ engine: 'sglang', version: '0.5.18' });
    expect(broken(found)).toEqual([]);
    expect(findings(found, 'priority')).toMatchObject({ verdict: 'ok' });
    expect(found.missingFlags).toEqual(['--enable-priority-scheduling', '--enable-metrics']);
  });

  it('llama-server: slots that can be saved, and no priorities', async () => {
    const found = await examine(new FakeLlamaServer({ contextTokens: 4_096 }).fetch);
    expect(found).toMatchObject({ engine: 'llama-server', missingFlags: [] });
    expect(broken(found)).toEqual([]);
  });

  it('OpenAI: a model that takes the limit of a reply under its newer name alone', async () => {
    const engine = soundVLLM();
    const found = await examine(async (input, init) =>
      says(init, '"max_tokens"')
        ? Response.json(
            { error: { message: "Unsupported parameter. Use 'max_completion_tokens' instead." } },
            { status: 400 },
          )
        : engine(input, init),
    );
    expect(broken(found)).toEqual([]);
  });

  it('is told how to be started as its page in the docs says it', async () => {
    for (const kind of ['vllm', 'sglang', 'llama-server'] as const) {
      const page = new URL(`../../../../docs/engines/${kind}.md`, import.meta.url);
      expect(await readFile(page, 'utf8')).toContain(startCommands[kind]);
    }
  });
});

describe('a broken engine', () => {
  it('caching off', async () => {
    const engine = new FakeVLLM();
    engine.caches = false;
    const found = await examine(engine.fetch);
    expect(broken(found)).toEqual(expect.arrayContaining(['engine', 'prefix-cache']));
    expect(findings(found, 'prefix-cache')).toMatchObject({
      finding: expect.stringContaining('0 of'),
      fix: expect.stringContaining('--no-enable-prefix-caching'),
    });
  });

  it('caching on and silently 0 %: something changes the beginning of every prompt', async () => {
    let request = 0;
    const stamped = changingBody(new FakeVLLM().fetch, (body) => {
      const messages = Array.isArray(body['messages']) ? body['messages'] : [];
      return { ...body, messages: [{ role: 'system', content: `now: ${request++}` }, ...messages] };
    });
    const found = await examine(stamped);
    expect(findings(found, 'engine')).toMatchObject({ verdict: 'ok' });
    expect(findings(found, 'prefix-cache')).toMatchObject({ verdict: 'broken' });
  });

  it('cached tokens not reported: its counters tell whether it caches at all', async () => {
    const engine = new FakeVLLM();
    engine.tellsCached = false;
    const found = await examine(inOrder(engine.fetch, smallerFirst));
    expect(broken(found)).toEqual(['cached-tokens']);
    expect(findings(found, 'prefix-cache')).toMatchObject({ verdict: 'ok' });
    expect(found.missingFlags).toEqual(['--enable-prompt-tokens-details']);
    expect(found.startCommand).toContain('--enable-prompt-tokens-details');
  });

  it('usage off', async () => {
    const without = changingText(soundVLLM(), (text) => text.replaceAll('"usage"', '"gone"'));
    expect(broken(await examine(without))).toEqual(['stream', 'cached-tokens']);
  });

  it('salts ignored by a proxy on loopback', async () => {
    const proxy = await onLoopback(
      changingBody(soundVLLM(), ({ cache_salt: _salt, ...body }) => body),
    );
    const found = await examineEngine({ baseURL: proxy.url, random: seededRandom(7) });
    await proxy.close();
    expect(broken(found)).toEqual(['tenant-isolation']);
    expect(findings(found, 'tenant-isolation')).toMatchObject({ ignoredField: 'cache_salt' });
    expect(findings(found, 'fields')).toMatchObject({
      finding: expect.stringContaining('without effect: cache_salt'),
    });
  });

  it('a salt of its own for every request: a tenant never hits', async () => {
    let request = 0;
    const salted = changingBody(soundVLLM(), (body) =>
      'cache_salt' in body ? { ...body, cache_salt: `salt ${request++}` } : body,
    );
    expect(broken(await examine(salted))).toEqual(['tenant-isolation']);
  });

  it('priorities without effect are a hint, the wrong way round they are broken', async () => {
    const none = await examine(new FakeVLLM().fetch);
    expect(findings(none, 'priority')).toMatchObject({
      verdict: 'hint',
      flag: '--scheduling-policy priority',
    });
    const wrong = await examine(inOrder(new FakeVLLM().fetch, largerFirst));
    expect(broken(wrong)).toEqual(['priority']);
  });

  it('a field that the driver needs is refused', async () => {
    const strict = soundVLLM();
    const refusing: typeof fetch = async (input, init) =>
      says(init, 'cache_salt')
        ? Response.json({ error: { message: 'extra_forbidden' } }, { status: 400 })
        : strict(input, init);
    expect(broken(await examine(refusing))).toEqual(['tenant-isolation', 'fields']);
  });

  it('a stream that is cut in the middle', async () => {
    const cut = changingText(soundVLLM(), (text) => text.replace('data: [DONE]', ''));
    expect(broken(await examine(cut))).toEqual(['stream']);
  });
});

describe('a stream whose connection breaks', () => {
  it('is found, and the other checks go on', async () => {
    const engine = soundVLLM();
    const breaking: typeof fetch = async (input, init) => {
      const reply = await engine(input, init);
      if (!says(init, '"stream":true')) return reply;
      const cut = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('data: {"choices":[]}\n\nda'));
        },
        pull(controller) {
          controller.error(new TypeError('terminated'));
        },
      });
      return new Response(cut, { headers: reply.headers });
    };
    expect(broken(await examine(breaking))).toEqual(['stream']);
  });
});
