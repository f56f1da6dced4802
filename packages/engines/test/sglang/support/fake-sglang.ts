import { readFileSync } from 'node:fs';
import { RadixCache } from './radix-cache.ts';

export interface FakeSGLangOptions {
  readonly version?: string;
  readonly sessions?: boolean;
  readonly cacheReport?: boolean;
  /** Words that the cache holds. */
  readonly capacity?: number;
  /** Does `/tokenize` render chats? */
  readonly rendersChats?: boolean;
  /** Undefined = as an older server that does not say. */
  readonly schedulesPriorities?: boolean;
  readonly lowPrioritiesFirst?: boolean;
  /** Words of a prompt that come up from host memory. */
  readonly fromHost?: number;
}

type Body = Readonly<Record<string, unknown>>;

const fixture = (name: string): Body =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/${name}.sglang-0.5.18.json`, import.meta.url), 'utf8'),
  );
const chatReply = fixture('chat');
const generateReply = fixture('generate');
const replyWords = ['yes', 'indeed'];

/**
 * SGLang's own endpoints around its radix cache; replies have the shape of those that its documentation shows, and session
 * references work as it describes them.
 */
export class FakeSGLang {
  readonly chats: Body[] = [];
  readonly generated: Body[] = [];
  readonly closed: unknown[] = [];
  readonly cache: RadixCache;
  up = true;
  waiting = 1;
  /** Answers `/close_session` with this status until it is set back. */
  closeStatus = 200;
  readonly #options: FakeSGLangOptions;
  readonly #ids = new Map<string, number>();
  readonly #words: string[] = [];

  constructor(options: FakeSGLangOptions = {}) {
    this.#options = options;
    const { version = '0.5.18', capacity = 100_000 } = options;
    const evicts = /^0\.5\.1[56]/.test(version);
    this.cache = new RadixCache(capacity, evicts ? 'evicts' : 'dereferences');
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    init?.signal?.throwIfAborted();
    if (!this.up) throw new TypeError('fetch failed');
    return this.answer(pathname, typeof init?.body === 'string' ? init.body : '{}');
  };

  answer(pathname: string, text: string): Response {
    let body: Body;
    try {
      body = JSON.parse(text);
    } catch {
      return refusal('There was an error parsing the body');
    }
    switch (pathname) {
      case '/server_info':
        return Response.json(this.#info());
      case '/v1/models':
        return Response.json({ object: 'list', data: [{ id: 'tiny', owned_by: 'sglang' }] });
      case '/metrics':
        return new Response(
          `sglang:num_running_reqs{tp_rank="0"} 2.0\nsglang:num_queue_reqs ${this.waiting}.0\n`,
        );
      case '/close_session':
        if (this.closeStatus !== 200) return new Response('', { status: this.closeStatus });
        this.closed.push(body);
        this.cache.close(String(body['session_id']));
        return new Response('');
      case '/tokenize':
        return this.#tokenize(body);
      case '/generate':
        return this.#generate(body);
      case '/v1/chat/completions':
        return this.#chat(body);
      default:
        return Response.json({ detail: 'Not Found' }, { status: 404 });
    }
  }

  #info(): Body {
    const { version = '0.5.18', sessions = true, cacheReport = true, capacity } = this.#options;
    const { schedulesPriorities, lowPrioritiesFirst = false } = this.#options;
    return {
      version,
      page_size: 1,
      max_total_num_tokens: capacity ?? 10_000,
      disable_radix_cache: false,
      enable_cache_report: cacheReport,
      enable_session_radix_cache: sessions,
      ...(schedulesPriorities === undefined
        ? {}
        : {
            enable_priority_scheduling: schedulesPriorities,
            schedule_low_priority_values_first: lowPrioritiesFirst,
          }),
      model_path: '/models/fake',
    };
  }

  /** Without sessions the field goes by in silence. */
  #sessionOf({ session_id: id }: Body): string | undefined {
    const { sessions = true } = this.#options;
    return sessions && typeof id === 'string' ? id : undefined;
  }

  #tokenize(body: Body): Response {
    const { rendersChats = false } = this.#options;
    const words = rendersChats ? render(body) : undefined;
    if (words === undefined) return refusal('prompt: Field required');
    const tokens = words.map((word) => this.#idOf(word));
    return Response.json({ tokens, count: tokens.length, max_model_len: 4_096 });
  }

  #idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.push(word) - 1;
    this.#ids.set(word, id);
    return id;
  }

  #generate(body: Body): Response {
    this.generated.push(body);
    const ids = body['input_ids'];
    if (!Array.isArray(ids)) return refusal('input_ids: Field required');
    const words = ids.map((id: number) => this.#words[id] ?? '');
    const cached = this.cache.use(words, [], saltOf(body), this.#sessionOf(body));
    const { fromHost = 0 } = this.#options;
    const host = Math.min(cached, fromHost);
    return Response.json({
      ...generateReply,
      meta_info: {
        ...Object(generateReply['meta_info']),
        prompt_tokens: words.length,
        cached_tokens: cached,
        cached_tokens_details: { device: cached - host, host },
      },
    });
  }

  #chat(body: Body): Response {
    const words = render(body);
    if (words === undefined) return refusal('messages: Field required');
    if ('session_id' in body && 'session_params' in body) {
      return refusal('session_id and session_params cannot both be set');
    }
    this.chats.push(body);
    const reply = replyWords.slice(0, Number(body['max_tokens'] ?? replyWords.length));
    const cached = this.cache.use(words, reply, saltOf(body), this.#sessionOf(body));
    const { cacheReport = true, fromHost = 0 } = this.#options;
    const host = Math.min(cached, fromHost);
    const usage = {
      prompt_tokens: words.length,
      total_tokens: words.length + reply.length,
      completion_tokens: reply.length,
      // A count of 0 is left away.
      prompt_tokens_details: cacheReport && cached > 0 ? { cached_tokens: cached } : null,
      reasoning_tokens: 0,
    };
    const details = body['return_cached_tokens_details'] === true;
    const sglext = { cached_tokens_details: { device: cached - host, host } };
    if (body['stream'] !== true) {
      return Response.json({ ...chatReply, usage, ...(details ? { sglext } : {}) });
    }
    const wantsUsage = JSON.stringify(body['stream_options'] ?? {}).includes('true');
    const chunks = ['', ...reply].map((content, at) => ({
      object: 'chat.completion.chunk',
      choices: [
        { index: 0, delta: { content }, finish_reason: at === reply.length ? 'stop' : null },
      ],
    }));
    const all = wantsUsage ? [...chunks, { choices: [], usage }] : chunks;
    const text = all.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
    return new Response(`${text}data: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    });
  }
}

function saltOf({ cache_salt: salt, extra_key: key }: Body): string {
  return JSON.stringify([salt, key]);
}

function render({ messages, tools }: Body): string[] | undefined {
  if (!Array.isArray(messages)) return undefined;
  const turns = messages.flatMap(({ role, content }: { role: string; content: string }) => [
    `<${role}>`,
    ...content.split(/\s+/),
    '<end>',
  ]);
  const head = tools === undefined ? [] : JSON.stringify(tools).split(',');
  return [...head, ...turns, '<assistant>'];
}

const refusal = (message: string): Response =>
  Response.json(
    { error: { object: 'error', message, type: 'BadRequestError', param: null, code: 400 } },
    { status: 400 },
  );
