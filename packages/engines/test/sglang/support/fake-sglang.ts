import { FakeVLLM } from '../../vllm/support/fake-vllm.ts';

export interface FakeSGLangOptions {
  readonly version?: string;
  readonly sessions?: boolean;
  readonly cacheReport?: boolean;
}

/** SGLang's own endpoints around an LRU of blocks; shapes as documented for the version, none of them recorded. */
export class FakeSGLang {
  readonly chats: Record<string, unknown>[] = [];
  readonly closed: unknown[] = [];
  up = true;
  readonly #options: FakeSGLangOptions;
  readonly #cache = new FakeVLLM({ blockTokens: 1, maxBlocks: 10_000 });

  constructor(options: FakeSGLangOptions = {}) {
    this.#options = options;
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    init?.signal?.throwIfAborted();
    if (!this.up) throw new TypeError('fetch failed');
    const { version = '0.5.18', sessions = true, cacheReport = true } = this.#options;
    if (pathname === '/server_info') {
      return Response.json({
        version,
        page_size: 1,
        max_total_num_tokens: 10_000,
        disable_radix_cache: false,
        enable_cache_report: cacheReport,
        enable_session_radix_cache: sessions,
        model_path: '/models/fake',
      });
    }
    if (pathname === '/close_session') {
      this.closed.push(JSON.parse(typeof init?.body === 'string' ? init.body : '{}'));
      return new Response('');
    }
    if (pathname === '/metrics') {
      return new Response('sglang:num_running_reqs{tp_rank="0"} 2.0\nsglang:num_queue_reqs 1.0\n');
    }
    const response = await this.#cache.fetch(input, init);
    if (pathname !== '/v1/chat/completions' || !response.ok) return response;
    const sent = this.#cache.chats.at(-1)?.body;
    if (sent !== undefined) this.chats.push({ ...sent });
    const text = await response.text();
    // A count of 0 is left away.
    const told = cacheReport ? /"prompt_tokens_details":\{"cached_tokens":0\}/g : tellsCached;
    return new Response(text.replaceAll(told, '"prompt_tokens_details":null'), {
      headers: response.headers,
    });
  };
}

const tellsCached = /"prompt_tokens_details":\{"cached_tokens":\d+\}/g;
