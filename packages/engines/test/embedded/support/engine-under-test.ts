import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import type { CacheScope, PrefixRef, RequestBody } from '@entresol/runtime-core';
import {
  embedded,
  type EmbeddedEngine,
  type EmbeddedOptions,
} from '../../../src/embedded/index.ts';
import { draftOf, PassiveHost } from './passive-host.ts';

// Native work on a machine that others use too.
vi.setConfig({ testTimeout: 30_000 });

/** The model of random weights is the same for all tests: written once, kept between runs. */
export const cacheFolder: string = join(
  import.meta.dirname,
  '../../../node_modules/.cache/entresol',
);

export const scope: CacheScope = { endpoint: 'embedded', model: 'm', namespace: '' };

export interface UnderTest extends AsyncDisposable {
  readonly engine: EmbeddedEngine;
  readonly host: PassiveHost;
  /** Parent of the private state folder. */
  readonly folder: string;
}

/** A real engine with a small context, and a folder of its own that is gone afterwards. */
export async function openForTest(options: EmbeddedOptions = {}): Promise<UnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-test-'));
  const engine = embedded({
    cacheFolder,
    tierFolder: folder,
    slots: 2,
    contextTokens: 1_024,
    batchTokens: 128,
    threads: 1,
    ...options,
  });
  const host = new PassiveHost();
  try {
    await engine.open(host);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    engine,
    host,
    folder,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** About 10 tokens a sentence. */
export const systemOf = (agent: string, sentences = 8): Message => ({
  role: 'system',
  content:
    `You are the ${agent}. ` + `The ${agent} answers briefly and in order. `.repeat(sentences),
});

export const userSays = (content: string): Message => ({ role: 'user', content });

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly cached: number;
  readonly prompt: number;
  readonly fromDisk: number;
}

/** References as a runtime would make them. */
export function refsOf(
  engine: EmbeddedEngine,
  body: RequestBody,
  agent: string,
  session: string,
  within: CacheScope = scope,
): readonly PrefixRef[] {
  const links = engine.identify(body, within);
  return links.map(({ id, tokens, tokensEvidence, kind }, at) => {
    const parent = links[at - 1]?.id;
    return {
      id,
      scope: within,
      agent,
      tokens,
      tokensEvidence,
      ...(kind === 'role' ? {} : { session }),
      ...(parent === undefined ? {} : { parent }),
    };
  });
}

let calls = 0;

export interface AskOptions {
  readonly maxTokens?: number;
  /** Announces the call as this agent in this session. */
  readonly as?: { readonly agent: string; readonly session: string; readonly scope?: CacheScope };
  readonly signal?: AbortSignal;
  readonly stream?: boolean;
}

export function bodyOf(
  messages: readonly Message[],
  { maxTokens = 2, stream = false }: AskOptions = {},
): RequestBody {
  return { model: 'm', messages, max_tokens: maxTokens, stream, temperature: 0 };
}

/** Sends one request the way the runtime does, and waits for its headers. */
export async function send(
  engine: EmbeddedEngine,
  messages: readonly Message[],
  options: AskOptions = {},
): Promise<Response> {
  const body = bodyOf(messages, options);
  const { as, signal } = options;
  let sent = body;
  if (as !== undefined) {
    calls += 1;
    const refs = refsOf(engine, body, as.agent, as.session, as.scope);
    sent = engine.decorate(body, { verdict: 'go', annotate: {} }, draftOf(`call-${calls}`, refs));
  }
  return engine.transport.fetch(`${engine.transport.baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(sent),
    ...(signal === undefined ? {} : { signal }),
  });
}

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })),
  timings: z.object({
    cache_n: z.number(),
    prompt_n: z.number(),
    cached_from: z.object({ disk: z.number() }),
  }),
});

/** A whole reply that is not streamed. */
export async function ask(
  engine: EmbeddedEngine,
  messages: readonly Message[],
  options: AskOptions = {},
): Promise<Answer> {
  const response = await send(engine, messages, options);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  const { choices, timings } = replySchema.parse(JSON.parse(text));
  return {
    status: response.status,
    text: choices[0]?.message.content ?? '',
    cached: timings.cache_n,
    prompt: timings.cache_n + timings.prompt_n,
    fromDisk: timings.cached_from.disk,
  };
}
