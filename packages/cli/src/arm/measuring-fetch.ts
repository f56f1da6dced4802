import type { Clock, Milliseconds } from '@entresol/runtime-core';
import { readChatEvent } from './chat-events.ts';
import { EventStreamReader } from './event-stream.ts';
import { hashPrompt, promptParts } from './prompt-parts.ts';
import type { RequestRecord, RequestTimings, RequestUsage } from './request-record.ts';
import { SeenPrompts } from './seen-prompts.ts';

export interface MeasuringFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** What counts as the first token: the first event with content, or the first event at all. */
  readonly firstToken: 'content' | 'event';
  /** Hears every finished request, complete or failed. */
  readonly onRecord: (record: RequestRecord) => void;
}

/**
 * A fetch that passes chat completions through untouched and records what was asked and when the answer came. Every arm
 * gets the same one, so what it costs cancels out.
 */
export function createMeasuringFetch(options: MeasuringFetchOptions): typeof globalThis.fetch {
  const seen = new SeenPrompts();
  return async (input, init) => {
    const prompt = await readPrompt(input, init);
    if (prompt === undefined) return options.fetch(input, init);
    const measurement = new RequestMeasurement(options, prompt, seen.add(prompt));
    try {
      const response = await options.fetch(input, init);
      if (!response.ok) measurement.end(`status ${response.status}`);
      return response.ok ? measurement.follow(response) : response;
    } catch (error) {
      measurement.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
}

/** One request on its way. Ends exactly once. */
class RequestMeasurement {
  readonly #options: MeasuringFetchOptions;
  readonly #promptHash: string;
  readonly #reusableShare: number;
  readonly #startedAtMs: Milliseconds;
  #firstTokenAtMs: Milliseconds | undefined;
  #usage: RequestUsage | undefined;
  #timings: RequestTimings | undefined;
  #ended = false;

  constructor(options: MeasuringFetchOptions, prompt: readonly string[], reusableShare: number) {
    this.#options = options;
    this.#promptHash = hashPrompt(prompt);
    this.#reusableShare = reusableShare;
    this.#startedAtMs = options.clock.now();
  }

  /** The same response, read along as it passes. */
  follow(response: Response): Response {
    if (response.body === null) {
      this.end('empty reply');
      return response;
    }
    const streamed = response.headers.get('content-type')?.includes('text/event-stream') === true;
    const watch = streamed ? this.#watchEvents() : this.#watchDocument();
    return new Response(response.body.pipeThrough(watch), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  }

  end(failure?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onRecord({
      promptHash: this.#promptHash,
      reusableShare: this.#reusableShare,
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#options.clock.now(),
      ...(this.#firstTokenAtMs === undefined ? {} : { firstTokenAtMs: this.#firstTokenAtMs }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#timings === undefined ? {} : { timings: this.#timings }),
      ...(failure === undefined ? {} : { failure }),
    });
  }

  #watchEvents(): TransformStream<Uint8Array, Uint8Array> {
    const reader = new EventStreamReader();
    let finished = false;
    return this.#watch(
      (bytes) => {
        for (const payload of reader.push(bytes)) {
          if (payload === '[DONE]') finished = true;
          else this.#read(payload);
        }
      },
      () => this.end(finished ? undefined : 'the stream broke off'),
      // A client may leave after the last event without reading to the end.
      () => this.end(finished ? undefined : 'the client left'),
    );
  }

  #watchDocument(): TransformStream<Uint8Array, Uint8Array> {
    const decoder = new TextDecoder();
    let text = '';
    return this.#watch(
      (bytes) => {
        text += decoder.decode(bytes, { stream: true });
      },
      () => {
        this.#read(text);
        this.end();
      },
      () => this.end('the client left'),
    );
  }

  #watch(
    onBytes: (bytes: Uint8Array) => void,
    onEnd: () => void,
    onCancel: () => void,
  ): TransformStream<Uint8Array, Uint8Array> {
    // Room on both sides: times are taken when bytes arrive, not when the client asks for them.
    return new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(bytes, controller) {
          onBytes(bytes);
          controller.enqueue(bytes);
        },
        flush: onEnd,
        cancel: onCancel,
      },
      { highWaterMark: 64 },
      { highWaterMark: 64 },
    );
  }

  #read(payload: string): void {
    const event = readChatEvent(parseJson(payload));
    if (event.hasContent || this.#options.firstToken === 'event') {
      this.#firstTokenAtMs ??= this.#options.clock.now();
    }
    this.#usage = event.usage ?? this.#usage;
    this.#timings = event.timings ?? this.#timings;
  }
}

/** Undefined = not a chat completion. */
async function readPrompt(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<readonly string[] | undefined> {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!url.pathname.endsWith('/chat/completions')) return undefined;
  const text =
    typeof init?.body === 'string'
      ? init.body
      : input instanceof Request
        ? await input.clone().text()
        : await new Response(init?.body ?? '').text();
  return promptParts(parseJson(text));
}

/** Undefined for text that is not JSON: the client will complain about it, the measurement only reads along. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
