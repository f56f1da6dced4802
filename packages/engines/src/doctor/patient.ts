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

  /** Newer models of OpenAI take the limit of a reply under this name alone. */
  #limitField: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';

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
    const sent = this.#limited(body);
    try {
      return this.#usageOf(await this.client.post(chatPath, sent, z.looseObject({})));
    } catch (error) {
      if (!(error instanceof EngineError) || !this.#wantsOtherLimit(error)) throw error;
      this.#limitField = 'max_completion_tokens';
      return this.ask(body);
    }
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
    const asked = { ...this.#limited(body), stream: true, stream_options: { include_usage: true } };
    return this.client.text('POST', chatPath, JSON.stringify(asked));
  }

  #wantsOtherLimit({ status, message }: EngineError): boolean {
    const names = message.includes('max_completion_tokens');
    return status === 400 && names && this.#limitField === 'max_tokens';
  }

  #limited({ max_tokens, ...body }: RequestBody): RequestBody {
    return { ...body, [this.#limitField]: max_tokens };
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
