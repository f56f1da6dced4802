import { EngineError, type RequestBody } from '@entresol/runtime-core';
import { z } from 'zod';
import type { EngineClient } from '../http/engine-client.ts';

const count = z.number().int().nonnegative();

const propsSchema = z.object({
  total_slots: z.number().int().positive(),
  default_generation_settings: z.object({ n_ctx: z.number().int().positive() }),
  model_path: z.string().optional(),
  model_alias: z.string().nullish(),
  build_info: z.string().optional(),
});

/** Of one request, as the server timed it. */
export interface ServerTimings {
  /** Prompt tokens that were in the slot; older servers do not say. */
  readonly cache_n?: number | undefined;
  /** Prompt tokens that were computed. */
  readonly prompt_n: number;
  readonly prompt_ms: number;
  readonly predicted_n?: number | undefined;
}

const timingsSchema: z.ZodType<ServerTimings> = z.object({
  cache_n: count.optional(),
  prompt_n: count,
  prompt_ms: z.number().nonnegative(),
  predicted_n: count.optional(),
});

/** Timings of a reply, or of a stream's last chunk with them; undefined for anything without. */
export function readTimings(reply: unknown): ServerTimings | undefined {
  const read = z.object({ timings: timingsSchema }).safeParse(reply);
  return read.success ? read.data.timings : undefined;
}

/** What the server is, as far as it matters to who manages its slots. */
export interface ServerProps {
  readonly slots: number;
  /** Tokens that one slot holds, prompt and reply together. */
  readonly slotTokens: number;
  readonly model: string;
  /** Build of the server; undefined when it does not say. */
  readonly build: string | undefined;
}

/** Moving states and computing prompts take as long as they take; only a server that hangs takes this long. */
const workTimeoutMs = 600_000;

/** The endpoints of llama.cpp's server that a slot manager needs. */
export class ServerAPI {
  readonly #client: EngineClient;

  constructor(client: EngineClient) {
    this.#client = client;
  }

  async props(): Promise<ServerProps> {
    const props = await this.#client.get('/props', propsSchema);
    const { model_alias: alias, model_path: path } = props;
    return {
      slots: props.total_slots,
      slotTokens: props.default_generation_settings.n_ctx,
      model: alias || path || 'unknown',
      build: props.build_info,
    };
  }

  /** Text of a prompt as the server's template renders it. */
  async applyTemplate(body: RequestBody, signal?: AbortSignal): Promise<string> {
    const schema = z.object({ prompt: z.string() });
    return (await this.#client.post('/apply-template', body, schema, { signal })).prompt;
  }

  /** Ids of a rendered prompt, just as a chat completion with it would be tokenised. */
  async tokenize(content: string, signal?: AbortSignal): Promise<Int32Array> {
    const schema = z.object({ tokens: z.array(z.number().int()) });
    const body = { content, add_special: true, parse_special: true };
    const { tokens } = await this.#client.post('/tokenize', body, schema, { signal });
    return Int32Array.from(tokens);
  }

  /** Computes a prompt in a slot on top of what they have in common. Newer servers sample one token all the same. */
  async prefill(slot: number, tokens: Int32Array, reuse: boolean): Promise<ServerTimings> {
    const body = { prompt: [...tokens], n_predict: 0, id_slot: slot, cache_prompt: reuse };
    const schema = z.object({ id_slot: z.number().int(), timings: timingsSchema });
    const options = { timeoutMs: workTimeoutMs };
    const reply = await this.#client.post('/completion', body, schema, options);
    if (reply.id_slot !== slot) {
      throw new EngineError(`llama-server: asked for slot ${slot}, it used slot ${reply.id_slot}`, {
        code: 'bad-reply',
        engine: 'llama-server',
        value: reply.id_slot,
      });
    }
    return reply.timings;
  }

  /** @returns bytes written */
  async save(slot: number, filename: string): Promise<number> {
    const schema = z.object({ n_written: count });
    return (await this.#act(slot, 'save', { filename }, schema)).n_written;
  }

  /** @returns tokens and bytes read */
  async restore(slot: number, filename: string): Promise<{ tokens: number; bytes: number }> {
    const schema = z.object({ n_restored: count, n_read: count });
    const read = await this.#act(slot, 'restore', { filename }, schema);
    return { tokens: read.n_restored, bytes: read.n_read };
  }

  /** Can slots be erased, saved and restored? Erases one to find out. */
  async erases(slot: number): Promise<boolean> {
    try {
      await this.erase(slot);
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.status === 501) return false;
      throw error;
    }
  }

  async erase(slot: number): Promise<void> {
    await this.#act(slot, 'erase', {}, z.object({ n_erased: count }));
  }

  #act<T>(slot: number, action: string, body: object, schema: z.ZodType<T>): Promise<T> {
    const path = `/slots/${slot}?action=${action}`;
    return this.#client.post(path, body, schema, { timeoutMs: workTimeoutMs });
  }
}
