interface Seen {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const refusal = (status: number, message: string): Response =>
  Response.json(
    { error: { message, type: 'BadRequestError', param: null, code: status } },
    { status },
  );

const chunkOf = (content: string, finish: string | null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

/**
 * vLLM as the driver sees it, without a model: an LRU of blocks of words, hits in whole blocks and never the last word.
 * Replies are of the shape that the recorded ones have.
 */
export class FakeVLLM {
  readonly seen: Seen[] = [];
  readonly #blockTokens: number;
  readonly #maxBlocks: number;
  /** Chained names of blocks, least recently used first. */
  #blocks: string[] = [];
  up = true;
  /** `--enable-prompt-tokens-details`. */
  tellsCached = true;
  /** Off = `--no-enable-prefix-caching`. */
  caches = true;
  #hits = 0;
  running = 0;
  waiting = 0;

  constructor({ blockTokens = 4, maxBlocks = 1_000 } = {}) {
    this.#blockTokens = blockTokens;
    this.#maxBlocks = maxBlocks;
  }

  restart(): void {
    this.#blocks = [];
    this.up = true;
  }

  get chats(): readonly Seen[] {
    return this.seen.filter(({ path }) => path === '/v1/chat/completions');
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    init?.signal?.throwIfAborted();
    if (!this.up) throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    const text = typeof init?.body === 'string' ? init.body : '{}';
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(text);
    } catch {
      return refusal(400, '1 validation error: JSON decode error');
    }
    this.seen.push({ path: pathname, body });
    switch (pathname) {
      case '/version':
        return Response.json({ version: '0.32.0' });
      case '/v1/models':
        return Response.json({ object: 'list', data: [{ id: 'tiny' }] });
      case '/metrics':
        return new Response(this.#metrics());
      case '/v1/chat/completions':
        return this.#chat(body);
      default:
        return Response.json({ detail: 'Not Found' }, { status: 404 });
    }
  };

  #metrics(): string {
    const size = `block_size="${this.#blockTokens}",num_gpu_blocks="${this.#maxBlocks}"`;
    return [
      '# HELP vllm:cache_config_info Information of the LLMEngine CacheConfig',
      `vllm:cache_config_info{${size},enable_prefix_caching="${this.caches ? 'True' : 'False'}",engine="0"} 1.0`,
      `vllm:prefix_cache_hits_total{engine="0"} ${this.#hits}.0`,
      `vllm:num_requests_running{engine="0"} ${this.running}.0`,
      `vllm:num_requests_waiting{engine="0"} ${this.waiting}.0`,
    ].join('\n');
  }

  #render({ messages, tools, add_generation_prompt: begins }: Seen['body']): string[] | undefined {
    if (!Array.isArray(messages)) return undefined;
    const turns = messages.flatMap(({ role, content }: { role: string; content: string }) => [
      `<${role}>`,
      ...content.split(/\s+/),
      '<end>',
    ]);
    const head = tools === undefined ? [] : JSON.stringify(tools).split(',');
    return [...head, ...turns, ...(begins === false ? [] : ['<assistant>'])];
  }

  /** Blocks that were there, and all of the prompt's as the youngest, tails older than heads. */
  #compute(words: readonly string[], salt: string): number {
    const names: string[] = [];
    for (let at = 0; at + this.#blockTokens <= words.length; at += this.#blockTokens) {
      names.push(`${names.at(-1) ?? salt}|${words.slice(at, at + this.#blockTokens).join(' ')}`);
    }
    const held = new Set(this.#blocks);
    const usable = Math.floor((words.length - 1) / this.#blockTokens);
    let hits = 0;
    while (this.caches && hits < usable && held.has(names[hits] ?? '')) hits++;
    this.#hits += hits * this.#blockTokens;
    const others = this.#blocks.filter((name) => !names.includes(name));
    this.#blocks = [...others, ...names.toReversed()].slice(-this.#maxBlocks);
    return hits * this.#blockTokens;
  }

  #chat(body: Seen['body']): Response {
    const words = this.#render(body);
    if (words === undefined)
      return refusal(400, '1 validation error: body.messages: Field required');
    if (body['cache_salt'] === '') return refusal(400, 'cache_salt must be a non-empty string');
    const salt = typeof body['cache_salt'] === 'string' ? body['cache_salt'] : '';
    const cached = this.#compute(words, salt);
    const output = Math.min(2, Number(body['max_tokens'] ?? 2));
    const usage = {
      prompt_tokens: words.length,
      total_tokens: words.length + output,
      completion_tokens: output,
      prompt_tokens_details: this.tellsCached ? { cached_tokens: cached } : null,
    };
    if (body['stream'] !== true) {
      const message = { role: 'assistant', content: 'yes' };
      const choices = [{ index: 0, message, finish_reason: 'length' }];
      return Response.json({ object: 'chat.completion', choices, usage });
    }
    const wantsUsage = JSON.stringify(body['stream_options'] ?? {}).includes('true');
    const chunks = [chunkOf('', null), chunkOf('yes', null), chunkOf(' indeed', 'length')];
    const all = wantsUsage ? [...chunks, { choices: [], usage }] : chunks;
    const text = all.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
    return new Response(`${text}data: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    });
  }
}
