import { setTimeout as sleep } from 'node:timers/promises';
import { rolePrompts } from '../src/index.ts';
import type { DeskSession } from '../src/index.ts';

interface WireMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

interface WireRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

export interface RecordedCall {
  readonly session: string;
  readonly agent: string;
  readonly request: WireRequest;
  /** The bytes that went out. */
  readonly body: string;
}

export interface Answer {
  readonly text: string;
  readonly toolCall?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
}

/** An OpenAI-compatible engine in this process that streams whatever it is told to. */
export class RecordingEngine {
  /** In the order of arrival. */
  readonly calls: RecordedCall[] = [];
  readonly urls: string[] = [];
  /** Requests under way now and at most. */
  live = 0;
  mostLive = 0;
  readonly #sessions: readonly DeskSession[];
  readonly #answer: (call: RecordedCall) => Answer | Response;
  readonly #latencyMs: (call: RecordedCall) => number;

  constructor(options: {
    readonly sessions: readonly DeskSession[];
    readonly answer?: (call: RecordedCall) => Answer | Response;
    readonly latencyMs?: (call: RecordedCall) => number;
  }) {
    this.#sessions = options.sessions;
    this.#answer = options.answer ?? (() => ({ text: 'ok' }));
    this.#latencyMs = options.latencyMs ?? (() => 0);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    this.urls.push(input instanceof Request ? input.url : String(input));
    const body = init?.body;
    if (typeof body !== 'string') throw new TypeError('the body should be a string');
    const call = this.#recorded(body);
    this.calls.push(call);
    this.live += 1;
    this.mostLive = Math.max(this.mostLive, this.live);
    try {
      const latencyMs = this.#latencyMs(call);
      if (latencyMs > 0)
        await sleep(latencyMs, undefined, init?.signal ? { signal: init.signal } : {});
      const answer = this.#answer(call);
      return answer instanceof Response ? answer : streamed(answer);
    } finally {
      this.live -= 1;
    }
  };

  #recorded(body: string): RecordedCall {
    const request: WireRequest = JSON.parse(body);
    const [system, firstUser] = request.messages;
    const agent = Object.entries(rolePrompts).find(([, prompt]) => prompt === system?.content)?.[0];
    const session = this.#sessions.find(({ turns }) => turns[0]?.text === firstUser?.content)?.id;
    if (agent === undefined || session === undefined) throw new Error(`unknown caller: ${body}`);
    return { session, agent, request, body };
  }
}

function chunk(delta: object, finish: string | null = null): string {
  const frame = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(frame)}\n\n`;
}

function streamed({ text, toolCall }: Answer): Response {
  const tool = toolCall && {
    tool_calls: [
      {
        index: 0,
        id: 'call_from_model',
        type: 'function',
        function: { name: toolCall.name, arguments: JSON.stringify(toolCall.args) },
      },
    ],
  };
  const frames = [
    chunk({ role: 'assistant', content: '' }),
    ...text.split(/(?<= )/).map((content) => chunk({ content })),
    ...(tool ? [chunk(tool)] : []),
    chunk({}, tool ? 'tool_calls' : 'stop'),
    'data: [DONE]\n\n',
  ];
  return new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } });
}
