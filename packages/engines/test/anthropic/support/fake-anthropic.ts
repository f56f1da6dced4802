import { readFileSync } from 'node:fs';
import { events, json, type Received, type Sent } from '../../hosted/support/loopback.ts';
import { BlockCache, type Block } from './block-cache.ts';

type Body = Readonly<Record<string, unknown>>;

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const reply: Body = JSON.parse(fixture('message.anthropic-2023-06-01.json'));
const streamed = fixture('stream.anthropic-2023-06-01.txt')
  .split('\n\n')
  .filter((text) => text.startsWith('event: '));
export const anthropicErrors: Readonly<Record<number, Body>> = JSON.parse(
  fixture('errors.anthropic-2023-06-01.json'),
);

const known = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'max_tokens',
  'stream',
  'thinking',
  'output_config',
  'cache_control',
  'temperature',
  'top_k',
  'top_p',
  'stop_sequences',
  'metadata',
]);

/** What the provider puts behind the last block, where the reply begins. */
const openingTokens = 3;

interface Counted {
  readonly input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
  readonly output_tokens: number;
}

/**
 * Anthropic's Messages API as documented, without a model: four characters are a token, replies are the documented ones
 * with their counts replaced, and only what is marked is kept.
 */
export class FakeAnthropic {
  readonly received: (Received & { readonly body: Body })[] = [];
  readonly usages: Counted[] = [];
  apiKey = 'own-key';
  /** What comes in place of the next answers. */
  readonly faults: Sent[] = [];
  readonly #cache: BlockCache;

  constructor({
    now = Date.now,
    minTokens = 1_024,
  }: { now?: () => number; minTokens?: number } = {}) {
    this.#cache = new BlockCache(now, minTokens);
  }

  get bodies(): readonly Body[] {
    return this.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
  }

  readonly answer = (received: Received): Sent => {
    let body: Body = {};
    if (received.method === 'POST') {
      try {
        body = JSON.parse(received.text);
      } catch {
        return refuse('The request body is not valid JSON');
      }
    }
    this.received.push({ ...received, body });
    const fault = this.faults.shift();
    if (fault !== undefined) return fault;
    if (received.headers['x-api-key'] !== this.apiKey) return documented(401);
    if (received.headers['anthropic-version'] === undefined) {
      return refuse('anthropic-version: header is required');
    }
    switch (received.path) {
      case '/v1/models':
        return json(200, { data: [{ type: 'model', id: 'claude-sonnet-4-5' }], has_more: false });
      case '/v1/messages':
        return this.#message(body);
      default:
        return documented(404);
    }
  };

  #message(body: Body): Sent {
    const { model, messages, max_tokens: maxTokens, stream } = body;
    const unknown = Object.keys(body).find((name) => !known.has(name));
    if (unknown !== undefined) return refuse(`${unknown}: Extra inputs are not permitted`);
    if (model === 'claude-none') return documented(404);
    if (!Array.isArray(messages)) return refuse('messages: Field required');
    if (messages.length === 0) return refuse('messages: at least one message is required');
    if (typeof maxTokens !== 'number') return refuse('max_tokens: Field required');
    if (maxTokens === 0 && stream === true) return refuse('max_tokens: 0 does not stream');
    const blocks = blocksOf(body);
    const lives = blocks.flatMap(({ ttl }) => ttl ?? []);
    if (lives.length > 4) {
      return refuse(
        `A maximum of 4 blocks with cache_control may be provided. Found ${lives.length}.`,
      );
    }
    if (lives.lastIndexOf('1h') > lives.indexOf('5m') && lives.includes('5m')) {
      return refuse('a ttl="1h" cache_control block must not come after a ttl="5m" one');
    }
    const { input, read, written } = this.#cache.request(blocks);
    const creation = written['5m'] + written['1h'];
    const usage: Counted = {
      input_tokens: input - read - creation + openingTokens,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: creation,
      cache_creation: {
        ephemeral_5m_input_tokens: written['5m'],
        ephemeral_1h_input_tokens: written['1h'],
      },
      output_tokens: Math.min(2, maxTokens),
    };
    this.usages.push(usage);
    return stream === true ? streamOf(model, usage) : json(200, { ...reply, model, usage });
  }
}

/** The documented stream, whose last counts are those of the output alone. */
function streamOf(model: unknown, usage: Counted): Sent {
  return events(
    streamed.map((text) => {
      const [event, data = ''] = text.split('\ndata: ');
      const payload: Body & { readonly message?: object } = JSON.parse(data);
      const told =
        payload['type'] === 'message_start'
          ? { ...payload, message: { ...payload.message, model, usage } }
          : payload['type'] === 'message_delta'
            ? { ...payload, usage: { output_tokens: usage.output_tokens } }
            : payload;
      return `${event}\ndata: ${JSON.stringify(told)}\n\n`;
    }),
  );
}

function blocksOf({ tools, system, messages, cache_control: whole }: Body): readonly Block[] {
  const turns: readonly { readonly role?: unknown; readonly content?: unknown }[] = Array.isArray(
    messages,
  )
    ? messages
    : [];
  const blocks = [
    ...listOf(tools).map(blockOf),
    ...listOf(system).map(blockOf),
    ...turns.flatMap(({ role, content }) =>
      listOf(content).map((part) => ({
        ...blockOf(part),
        text: `${String(role)} ${blockOf(part).text}`,
      })),
    ),
  ];
  const ttl = whole === undefined ? undefined : ttlOf(whole);
  return ttl === undefined
    ? blocks
    : blocks.map((block, at) => (at === blocks.length - 1 ? { ...block, ttl } : block));
}

function listOf(content: unknown): readonly object[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}

function blockOf(block: object): Block {
  const { cache_control: mark, ...rest }: { readonly cache_control?: unknown } = { ...block };
  return { text: JSON.stringify(rest), ttl: mark === undefined ? undefined : ttlOf(mark) };
}

function ttlOf(mark: unknown): '5m' | '1h' {
  return JSON.stringify(mark).includes('"1h"') ? '1h' : '5m';
}

const documented = (status: number): Sent => json(status, anthropicErrors[status]);
const refuse = (message: string): Sent =>
  json(400, { type: 'error', error: { type: 'invalid_request_error', message } });
