import { commonPrefix } from '../../../src/slot-manager/slots/content.ts';

interface FakeSlot {
  tokens: number[];
}

export interface SeenRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Bytes of one token in a saved state, and of an empty state. */
const stateBytes = { perToken: 8, base: 48 } as const;

const json = (value: unknown, status = 200): Response => Response.json(value, { status });

const refusal = (message: string, status = 400): Response =>
  json({ error: { code: status, message, type: 'invalid_request_error' } }, status);

const delta = (content: string | null): object => ({
  choices: [{ index: 0, finish_reason: null, delta: { content } }],
});

/**
 * llama.cpp's server as the driver sees it, without a model: slots hold tokens, and a prompt computes what its slot does
 * not hold. A word is a token. Answers are of the shape that the recorded ones have.
 */
export class FakeLlamaServer {
  readonly seen: SeenRequest[] = [];
  readonly files = new Map<string, number[]>();
  readonly slots: FakeSlot[];
  readonly contextTokens: number;
  /** False = not listening. */
  up = true;
  savesSlots = true;
  /** Called before a chat completion is answered. */
  beforeAnswer: () => Promise<void> = async () => undefined;
  readonly #words = new Map<string, number>();

  constructor({ slots = 2, contextTokens = 1_024 } = {}) {
    this.slots = Array.from({ length: slots }, () => ({ tokens: [] }));
    this.contextTokens = contextTokens;
  }

  /** What a restart leaves. */
  restart(): void {
    for (const slot of this.slots) slot.tokens = [];
    this.up = true;
  }

  of(path: string): readonly SeenRequest[] {
    return this.seen.filter((request) => request.path.startsWith(path));
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    init?.signal?.throwIfAborted();
    if (!this.up) throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    const path = `${url.pathname}${url.search}`;
    const text = typeof init?.body === 'string' ? init.body : '';
    let body: Record<string, unknown>;
    try {
      body = text === '' ? {} : JSON.parse(text);
    } catch {
      return refusal('[json.exception.parse_error.101] parse error');
    }
    this.seen.push({ path, body });
    return this.#answer(url, body, init?.signal ?? undefined);
  };

  async #answer(
    url: URL,
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const { pathname } = url;
    if (pathname === '/props') {
      return json({
        total_slots: this.slots.length,
        default_generation_settings: { n_ctx: this.contextTokens },
        model_path: '/models/fake.gguf',
        build_info: 'b1-fake',
      });
    }
    if (pathname === '/v1/models') return json({ data: [{ id: 'fake', owned_by: 'llamacpp' }] });
    if (pathname === '/apply-template') return this.#applyTemplate(body);
    if (pathname === '/tokenize') return json({ tokens: this.#tokenize(String(body['content'])) });
    if (pathname === '/completion') return this.#complete(body);
    if (pathname === '/v1/chat/completions') return this.#chat(body, signal);
    const slot = /^\/slots\/(\d+)$/.exec(pathname)?.[1];
    if (slot !== undefined) return this.#act(Number(slot), url.searchParams.get('action'), body);
    return refusal(`no such path ${pathname}`, 404);
  }

  #render(body: Readonly<Record<string, unknown>>): string | undefined {
    const { messages, tools } = body;
    if (!Array.isArray(messages)) return undefined;
    const head = tools === undefined ? '' : `tools ${JSON.stringify(tools)} `;
    const turns = messages.map(
      ({ role, content }: { role: string; content: string }) => `<${role}> ${content} <end>`,
    );
    return `${head}${[...turns, '<assistant>'].join(' ')}`;
  }

  #applyTemplate(body: Readonly<Record<string, unknown>>): Response {
    const prompt = this.#render(body);
    return prompt === undefined ? refusal("'messages' is required") : json({ prompt });
  }

  #tokenize(text: string): number[] {
    return text.split(/\s+/).map((word) => {
      const known = this.#words.get(word);
      if (known !== undefined) return known;
      const id = this.#words.size + 10;
      this.#words.set(word, id);
      return id;
    });
  }

  /** Computes a prompt in its slot, as the server does: on top of the longest common prefix, the last token always. */
  #compute(
    slot: FakeSlot,
    tokens: readonly number[],
    reuse: unknown,
  ): { cache_n: number; prompt_n: number } {
    const held = reuse === false ? [] : slot.tokens;
    const shared = commonPrefix(Int32Array.from(held), Int32Array.from(tokens));
    const cached = Math.min(shared, tokens.length - 1);
    slot.tokens = [...tokens];
    return { cache_n: cached, prompt_n: tokens.length - cached };
  }

  #slotOf(wanted: unknown): FakeSlot & { readonly index: number } {
    // The real server takes a number that is too high modulo its slots.
    const index = typeof wanted === 'number' && wanted >= 0 ? wanted % this.slots.length : 0;
    const slot = this.slots[index];
    if (slot === undefined) throw new RangeError(`no slot ${index}`);
    return Object.assign(slot, { index });
  }

  #complete({
    prompt,
    id_slot: wanted,
    cache_prompt: reuse,
  }: Readonly<Record<string, unknown>>): Response {
    const slot = this.#slotOf(wanted);
    const tokens = Array.isArray(prompt) ? prompt.map(Number) : [];
    const timings = { ...this.#compute(slot, tokens, reuse), prompt_ms: tokens.length / 8 };
    return json({ id_slot: slot.index, content: '', timings: { ...timings, predicted_n: 1 } });
  }

  async #chat(
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const text = this.#render(body);
    if (text === undefined) return refusal("'messages' is required");
    const tokens = this.#tokenize(text);
    if (tokens.length >= this.contextTokens) {
      return refusal(`request (${tokens.length} tokens) exceeds the available context size`);
    }
    await this.beforeAnswer();
    signal?.throwIfAborted();
    const computed = this.#compute(this.#slotOf(body['id_slot']), tokens, body['cache_prompt']);
    const timings = { ...computed, prompt_ms: computed.prompt_n / 8, predicted_n: 2 };
    const usage = {
      prompt_tokens: tokens.length,
      completion_tokens: 2,
      total_tokens: tokens.length + 2,
      prompt_tokens_details: { cached_tokens: computed.cache_n },
    };
    if (body['stream'] !== true) {
      const message = { role: 'assistant', content: 'yes indeed' };
      const choices = [{ index: 0, finish_reason: 'length', message }];
      return json({ object: 'chat.completion', choices, usage, timings });
    }
    const wantsUsage = JSON.stringify(body['stream_options'] ?? {}).includes('true');
    const end = { choices: [{ index: 0, finish_reason: 'length', delta: {} }] };
    const chunks: object[] = [delta(null), delta('yes'), delta(' indeed')];
    if (wantsUsage) chunks.push(end, { choices: [], usage, timings });
    else chunks.push({ ...end, timings });
    const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
    return new Response([...lines, 'data: [DONE]\n\n'].join(''), {
      headers: { 'content-type': 'text/event-stream' },
    });
  }

  #act(index: number, action: string | null, body: Readonly<Record<string, unknown>>): Response {
    const slot = this.#slotOf(index);
    if (!this.savesSlots) return refusal('This server does not support slots action', 501);
    const filename = typeof body['filename'] === 'string' ? body['filename'] : '';
    if (action === 'erase') {
      const erased = slot.tokens.length;
      slot.tokens = [];
      return json({ id_slot: index, n_erased: erased });
    }
    if (action === 'save') {
      this.files.set(filename, [...slot.tokens]);
      const written = stateBytes.base + stateBytes.perToken * slot.tokens.length;
      return json({ id_slot: index, filename, n_saved: slot.tokens.length, n_written: written });
    }
    const saved = this.files.get(filename);
    slot.tokens = [...(saved ?? [])];
    if (saved === undefined) return refusal('Unable to restore slot');
    const read = stateBytes.base + stateBytes.perToken * saved.length;
    return json({ id_slot: index, filename, n_restored: saved.length, n_read: read });
  }
}
