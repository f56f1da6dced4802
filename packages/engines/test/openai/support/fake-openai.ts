import { readFileSync } from 'node:fs';
import { events, json, type Received, type Sent } from '../../hosted/support/loopback.ts';

type Body = Readonly<Record<string, unknown>>;

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const chatReply: Body = JSON.parse(fixture('chat.openai-2020-10-01.json'));
const responseReply: Body = JSON.parse(fixture('response.openai-2020-10-01.json'));
const streamed = fixture('chat-stream.openai-2020-10-01.txt')
  .split('\n\n')
  .filter((text) => text.startsWith('data: {'))
  .map((text): Body => JSON.parse(text.slice('data: '.length)));
export const openAIErrors: Readonly<Record<number, Body>> = JSON.parse(
  fixture('errors.openai-2020-10-01.json'),
);

const charactersPerToken = 4;
const minTokens = 1_024;
/** Hits of models before GPT-5.6 grow in steps of so many tokens. */
const stepTokens = 128;
const known = new Set([
  'model',
  'messages',
  'input',
  'instructions',
  'tools',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
]);

interface Block {
  readonly text: string;
  readonly marked: boolean;
}

/**
 * OpenAI's API as documented, without a model: four characters are a token. Before GPT-5.6 prefixes of 1,024 tokens and
 * more are found in steps of 128, from then on only where a breakpoint was. Replies are the documented ones with their
 * counts replaced.
 */
export class FakeOpenAI {
  readonly received: (Received & { readonly body: Body })[] = [];
  readonly #cached = new Set<string>();
  apiKey = 'own-key';
  /** What comes in place of the next answers. */
  readonly faults: Sent[] = [];

  readonly answer = (received: Received): Sent => {
    let body: Body = {};
    if (received.method === 'POST') {
      try {
        body = JSON.parse(received.text);
      } catch {
        return refuse(400, 'We could not parse the JSON body of your request.');
      }
    }
    this.received.push({ ...received, body });
    const fault = this.faults.shift();
    if (fault !== undefined) return fault;
    if (received.headers['authorization'] !== `Bearer ${this.apiKey}`) return documented(401);
    const unknown = Object.keys(body).find((name) => !known.has(name));
    if (unknown !== undefined) {
      return refuse(400, `Unrecognized request argument supplied: ${unknown}`);
    }
    if (body['model'] === 'gpt-none') return documented(404);
    switch (received.path) {
      case '/v1/models':
        return json(200, { object: 'list', data: [{ id: 'gpt-5.6-sol', object: 'model' }] });
      case '/v1/chat/completions':
        return this.#chat(body);
      case '/v1/responses':
        return this.#response(body);
      default:
        return refuse(404, `Unknown request URL: ${received.method} ${received.path}`);
    }
  };

  get bodies(): readonly Body[] {
    return this.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
  }

  forget(): void {
    this.#cached.clear();
  }

  #chat(body: Body): Sent {
    const { messages } = body;
    if (!Array.isArray(messages)) return refuse(400, "Missing required parameter: 'messages'.");
    const { input, read, written } = this.#compute(blocksOf(messages, body), body);
    const usage = {
      prompt_tokens: input,
      completion_tokens: 2,
      total_tokens: input + 2,
      prompt_tokens_details: {
        cached_tokens: read,
        ...(written === undefined ? {} : { cache_write_tokens: written }),
      },
    };
    const model = body['model'];
    if (body['stream'] !== true) return json(200, { ...chatReply, model, usage });
    const asked = JSON.stringify(body['stream_options'] ?? {}).includes('true');
    const chunks = streamed
      .filter(({ choices }) => asked || (Array.isArray(choices) && choices.length > 0))
      .map((chunk) => ({ ...chunk, model, ...(chunk['usage'] === undefined ? {} : { usage }) }));
    const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
    return events([...lines, 'data: [DONE]\n\n']);
  }

  #response(body: Body): Sent {
    const { input: items, instructions } = body;
    const list: readonly unknown[] = Array.isArray(items) ? items : [{ content: items }];
    const head = typeof instructions === 'string' ? [{ content: instructions }] : [];
    const { input, read, written = 0 } = this.#compute(blocksOf([...head, ...list], body), body);
    return json(200, {
      ...responseReply,
      model: body['model'],
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: read, cache_write_tokens: written },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: input + 2,
      },
    });
  }

  #compute(
    blocks: readonly Block[],
    body: Body,
  ): { readonly input: number; readonly read: number; readonly written?: number } {
    const text = blocks.map((block) => block.text).join('');
    const input = tokensOf(text);
    if (!/^gpt-(?:5\.[6-9]|[6-9])/.test(String(body['model']))) {
      return { input, read: this.#steps(text, input) };
    }
    const ends: string[] = [];
    let so = '';
    for (const { text: own, marked } of blocks) {
      so += own;
      if (marked) ends.push(so);
    }
    const explicit = JSON.stringify(body['prompt_cache_options'] ?? {}).includes('explicit');
    if (!explicit) ends.push(text);
    const usable = ends.filter((end) => tokensOf(end) >= minTokens);
    const found = usable.filter((end) => this.#cached.has(end)).map(tokensOf);
    const read = Math.max(0, ...found);
    const written = Math.max(0, ...usable.map(tokensOf).map((end) => end - read));
    for (const end of usable) this.#cached.add(end);
    return { input, read: Math.min(read, input - 1), written: written > 0 ? written : 0 };
  }

  #steps(text: string, input: number): number {
    let read = 0;
    for (let tokens = minTokens; tokens <= input; tokens += stepTokens) {
      const prefix = text.slice(0, tokens * charactersPerToken);
      if (this.#cached.has(prefix) && tokens < input) read = tokens;
      this.#cached.add(prefix);
    }
    return read;
  }
}

function blocksOf(items: readonly unknown[], { tools }: Body): readonly Block[] {
  const head = tools === undefined ? [] : [{ text: JSON.stringify(tools), marked: false }];
  return [...head, ...items.flatMap(blockOf)];
}

function blockOf(item: unknown): readonly Block[] {
  const content =
    typeof item === 'object' && item !== null && 'content' in item ? item.content : undefined;
  if (!Array.isArray(content)) return [{ text: `\n${String(content)}`, marked: false }];
  return content.map(
    (part: { readonly text?: string; readonly prompt_cache_breakpoint?: unknown }) => ({
      text: `\n${part.text ?? ''}`,
      marked: part.prompt_cache_breakpoint !== undefined,
    }),
  );
}

const tokensOf = (text: string): number => Math.ceil(text.length / charactersPerToken);
const documented = (status: number): Sent => json(status, openAIErrors[status]);
const refuse = (status: number, message: string): Sent =>
  json(status, { error: { message, type: 'invalid_request_error', param: null, code: null } });
