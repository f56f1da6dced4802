import type { Clock, Milliseconds, RequestBody } from '@entresol/runtime-core';
import { editLines, parseJSON, type LineEditor } from '../http/event-lines.ts';
import { askingForUsage, asksForUsage, UsageEditor } from '../http/usage-editor.ts';
import { SoloWatch } from '../slot-manager/serving/solo-watch.ts';
import type { HostedDialect, UsageReader } from './hosted-dialect.ts';
import type { BilledUsage } from './hosted-usage.ts';
import type { ModelCall } from './model-call.ts';
import type { Standing } from './standing.ts';
import { UsageLines } from './usage-lines.ts';

/** How a call came out. */
export interface CallResult {
  readonly startedAtMs: Milliseconds;
  /** Undefined = it failed, or its reply does not tell. */
  readonly billed: BilledUsage | undefined;
  /** To the first event of a stream that had the endpoint to itself. */
  readonly prefillMs: Milliseconds | undefined;
}

/** Replies longer than this are passed on and not read. */
const maxReplyBytes = 16 << 20;

/** Sends the app's calls and reads what their replies report; the replies go on as they came. */
export class HostedCalls {
  readonly #dialect: HostedDialect;
  readonly #clock: Clock;
  readonly #fetch: typeof globalThis.fetch;
  readonly #solo: SoloWatch;
  readonly #standing: Standing;
  running = 0;

  constructor(
    dialect: HostedDialect,
    clock: Clock,
    fetch: typeof globalThis.fetch,
    standing: Standing,
  ) {
    this.#dialect = dialect;
    this.#standing = standing;
    this.#clock = clock;
    this.#fetch = fetch;
    this.#solo = new SoloWatch(clock);
  }

  /**
   * Like `fetch`, it rejects only when no reply came.
   * @param managed false = nothing is asked of the provider that the app did not ask
   */
  async send(
    call: ModelCall,
    managed: boolean,
    over: (result: CallResult) => void,
  ): Promise<Response> {
    const { api, url, init, body } = call;
    const streams = body['stream'] === true;
    const folds =
      managed && this.#dialect.asksForUsage && api === 'chat' && streams && !asksForUsage(body);
    const startedAtMs = this.#clock.now();
    const leave = this.#solo.enter();
    const elapsed = this.#solo.start();
    this.running += 1;
    const reader = this.#dialect.usageReader(api);
    let prefillMs: Milliseconds | undefined;
    let ended = false;
    const finish = (whole: boolean): void => {
      if (ended) return;
      ended = true;
      this.running -= 1;
      leave();
      over({ startedAtMs, billed: whole ? reader.billed : undefined, prefillMs });
    };
    const first = (): void => {
      prefillMs = elapsed();
    };
    let response: Response;
    try {
      const sent = folds ? JSON.stringify(askingForUsage(body)) : textOf(call, body);
      response = await this.#fetch(url, { ...init, body: sent });
    } catch (error) {
      finish(false);
      if (init.signal?.aborted !== true) this.#standing.failed();
      throw error;
    }
    this.#standing.replied(response);
    const { status, statusText, headers } = response;
    if (!response.ok || response.body === null) {
      finish(false);
      return response;
    }
    const isStream = headers.get('content-type')?.includes('text/event-stream') === true;
    const stream = isStream
      ? editLines(response.body, linesOf(reader, folds, first), (how) => finish(how === 'done'))
      : passing(response.body, reader, finish);
    return new Response(stream, { status, statusText, headers });
  }
}

/** Byte for byte what the app wrote, where the runtime's id was not among it. */
function textOf({ text, call }: ModelCall, body: RequestBody): string {
  return call === undefined ? text : JSON.stringify(body);
}

function linesOf(reader: UsageReader, folds: boolean, first: () => void): LineEditor {
  if (!folds) return new UsageLines(reader, first);
  let begun = false;
  const editor = new UsageEditor({
    folds,
    usage: (reply) => {
      reader.see(reply);
      return reader.billed?.usage;
    },
  });
  return {
    get complete() {
      return editor.complete;
    },
    line(bytes) {
      const lines = editor.line(bytes);
      if (!begun && editor.begun) {
        begun = true;
        first();
      }
      return lines;
    },
    rest: () => editor.rest(),
  };
}

/** A reply in one piece, passed on as it comes and read when it is whole. */
function passing(
  body: ReadableStream<Uint8Array>,
  reader: UsageReader,
  finish: (whole: boolean) => void,
): ReadableStream<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const source = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await source.read();
        if (done) {
          if (bytes <= maxReplyBytes) reader.see(parseJSON(decoded(chunks)));
          finish(true);
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes <= maxReplyBytes) chunks.push(value);
        controller.enqueue(value);
      } catch (error) {
        finish(false);
        controller.error(error);
      }
    },
    async cancel(reason) {
      finish(false);
      await source.cancel(reason);
    },
  });
}

function decoded(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}
