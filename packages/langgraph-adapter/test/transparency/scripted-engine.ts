import type { RequestBody, Transport } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import type { VirtualTime } from './virtual-time.ts';

interface ToolCall {
  readonly name: string;
  readonly args: object;
}

/** A request says what it wants in its last message: `fails` an HTTP error, `use:<tool>` a call of that tool. */
function readPrompt(body: RequestBody): Prompt {
  const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  const last = messages.at(-1);
  return {
    system: roleOf(messages[0]) === 'system' ? textOf(messages[0]) : '',
    prompt: textOf(last),
    asked: roleOf(last) === 'user',
  };
}

interface Prompt {
  readonly system: string;
  readonly prompt: string;
  /** False when the last message is an answer, of the model or of a tool. */
  readonly asked: boolean;
}

function roleOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'role' in message
    ? message.role
    : undefined;
}

function textOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('content' in message)) return '';
  const { content } = message;
  return typeof content === 'string' ? content : JSON.stringify(content);
}

/** Tool calls carry whose they are, so that those of side-by-side agents differ. */
function callsIn({ prompt, system }: Prompt): readonly ToolCall[] {
  const whose = `${prompt.replaceAll(/use:\w+/gu, '')}${system}`.replaceAll(/\W+/gu, ' ').trim();
  return [...prompt.matchAll(/use:(\w+)/gu)].map(([, name = ''], at) => ({
    name,
    args: { text: `${name} ${at} of ${whose}` },
  }));
}

const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };

function messageOf(id: string, prompt: string, calls: readonly ToolCall[]): object {
  if (calls.length === 0) return { role: 'assistant', content: `re ${prompt} done` };
  const tool_calls = calls.map(({ name, args }, index) => ({
    index,
    id: `${id}/${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  return { role: 'assistant', content: '', tool_calls };
}

/** The deltas of a streamed reply: its text in three parts, or its tool calls in one. */
function deltasOf(message: object): readonly object[] {
  if (!('content' in message) || typeof message.content !== 'string' || message.content === '') {
    return [message];
  }
  const words = message.content.split(/(?<= )/u);
  const parts = [words.slice(0, 1), words.slice(1, -1), words.slice(-1)];
  return [
    { role: 'assistant', content: '' },
    ...parts.map((part) => ({ content: part.join('') })),
  ].filter((delta) => delta.content !== '' || 'role' in delta);
}

/**
 * An OpenAI-compatible engine whose replies follow from the prompt alone and take virtual time, chunk by chunk. It keeps
 * what was on the wire, without the mark that `FakeDriver` puts on managed calls.
 */
export class ScriptedEngine extends FakeDriver {
  override readonly transport: Transport;
  /** Bodies in the order in which they arrived. */
  readonly wire: string[] = [];
  /** How many of them came decorated. */
  managed = 0;
  readonly #time: VirtualTime;
  readonly #asked = new Map<string, number>();

  constructor(time: VirtualTime) {
    super();
    this.#time = time;
    this.transport = {
      baseURL: 'http://fake.invalid/v1',
      apiKey: 'fake',
      fetch: (input, init) => this.#fetch(new Request(input, init)),
    };
  }

  async #fetch(request: Request): Promise<Response> {
    const { signal } = request;
    signal.throwIfAborted();
    const body: RequestBody = JSON.parse(await request.text());
    const { entresol_call: mark, ...sent } = body;
    if (mark !== undefined) this.managed += 1;
    this.wire.push(JSON.stringify(sent));
    const read = readPrompt(sent);
    const { prompt, system, asked } = read;
    const nth = (this.#asked.get(system + prompt) ?? 0) + 1;
    this.#asked.set(system + prompt, nth);
    const id = `${nth}. ${prompt} ${system}`;
    await this.#time.work(`reply ${id}`, signal);
    if (prompt.includes('fails')) {
      return Response.json({ error: { message: `no answer to ${prompt}` } }, { status: 500 });
    }
    const calls = asked && sent['tools'] !== undefined ? callsIn(read) : [];
    const finish_reason = calls.length === 0 ? 'stop' : 'tool_calls';
    const message = messageOf(id, prompt, calls);
    const base = { id, created: 1, model: 'scripted' };
    if (sent['stream'] !== true) {
      const choices = [{ index: 0, finish_reason, message }];
      return Response.json({ ...base, object: 'chat.completion', usage, choices });
    }
    const chunk = (delta: object, finish: string | null): string =>
      JSON.stringify({
        ...base,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    const parts = [
      ...deltasOf(message).map((delta) => chunk(delta, null)),
      chunk({}, finish_reason),
      JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage }),
      '[DONE]',
    ];
    return new Response(this.#stream(id, parts, signal), {
      headers: { 'content-type': 'text/event-stream' },
    });
  }

  #stream(id: string, parts: readonly string[], signal: AbortSignal): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let at = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const part = parts[at];
          if (part === undefined) {
            controller.close();
            return;
          }
          try {
            await this.#time.work(`chunk ${at} of ${id}`, signal);
            at += 1;
            controller.enqueue(encoder.encode(`data: ${part}\n\n`));
          } catch (error) {
            controller.error(error);
          }
        },
      },
      { highWaterMark: 0 },
    );
  }
}
