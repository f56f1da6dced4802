import { EngineError, type RequestBody, type Usage } from '@entresol/runtime-core';
import { z } from 'zod';
import type { EngineClient } from '../http/engine-client.ts';
import { readUsage } from '../http/reply-usage.ts';
import { readTimings } from '../llama-server/server-api.ts';
import type { FreshPrompts } from './fresh-prompts.ts';
import type { ServerIdentity } from './server-identity.ts';

const chatPath = '/v1/chat/completions';

/** The server that is looked at, and the ways to ask it. */
export class Patient {
  readonly identity: ServerIdentity;
  readonly prompts: FreshPrompts;
  readonly client: EngineClient;

  constructor(identity: ServerIdentity, prompts: FreshPrompts, client: EngineClient) {
    this.identity = identity;
    this.prompts = prompts;
    this.client = client;
  }

  /**
   * Usage of one chat completion; undefined where the reply has none.
   * @throws {EngineError} what the server did instead of answering
   */
  async ask(body: RequestBody): Promise<Usage | undefined> {
    return this.#usageOf(await this.client.post(chatPath, body, z.looseObject({})));
  }

  /** Like `ask`; the error in place of a usage where the server refused. */
  async tryToAsk(body: RequestBody): Promise<Usage | EngineError | undefined> {
    try {
      return await this.ask(body);
    } catch (error) {
      if (error instanceof EngineError) return error;
      throw error;
    }
  }

  /** Text of a stream. */
  stream(body: RequestBody): Promise<string> {
    const asked = { ...body, stream: true, stream_options: { include_usage: true } };
    return this.client.text('POST', chatPath, JSON.stringify(asked));
  }

  #usageOf(reply: unknown): Usage | undefined {
    const usage = readUsage(reply);
    if (usage === undefined || usage.cacheRead !== undefined) return usage;
    // Older llama.cpp tells its hits apart from the usage; SGLang leaves a 0 away.
    const timed = readTimings(reply)?.cache_n;
    const reports = this.identity.flags['--enable-cache-report'] === true;
    const cacheRead = timed ?? (reports ? 0 : undefined);
    return cacheRead === undefined ? usage : { ...usage, cacheRead };
  }
}
