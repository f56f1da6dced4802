import { randomUUID } from 'node:crypto';
import { EngineError } from '@entresol/runtime-core';
import {
  chatCompletion,
  ChunkWriter,
  errorReply,
  modelList,
  replyUsage,
  type ReplyHead,
} from '../wire/chat-reply.ts';
import { type ChatRequest, parseChatRequest, parseJsonBody } from '../wire/chat-request.ts';
import type { ToolCall } from '../wire/chat-message.ts';
import { encodeEvent, eventStreamType, streamEnd } from '../wire/sse.ts';
import type { ChatService } from './chat-service.ts';
import type { Reply } from './reply.ts';

/** An open engine behind `fetch`. */
export interface Served {
  readonly service: ChatService;
  readonly model: string;
  /** Aborted with an `EngineError` when the engine closes. */
  readonly closing: AbortSignal;
}

/** A name that resolves nowhere: no request meant for this engine can reach the network by mistake. */
export const embeddedBaseURL = 'http://embedded.invalid/v1';

const unixSeconds = (): number => Math.floor(Date.now() / 1000);

/** WHATWG `fetch` of an OpenAI-compatible API that is answered in this process. */
export function createFetch(opened: () => Promise<Served>): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(
      input instanceof Request ? input : String(input),
      withoutDuplex(init),
    );
    // The caller's own signal: a Request passes an abort on only as long as it is not garbage collected.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : request.signal);
    const { pathname } = new URL(request.url);
    const served = await opened();
    signal.throwIfAborted();
    try {
      if (request.method === 'POST' && pathname.endsWith('/chat/completions')) {
        return await complete(request, signal, served);
      }
      if (request.method === 'GET' && pathname.endsWith('/models')) {
        return Response.json(modelList([served.model], unixSeconds()));
      }
      return notFound(request.method, pathname);
    } catch (error) {
      // `fetch` rejects only with the caller's own abort; whatever else goes wrong is the server's reply.
      signal.throwIfAborted();
      return refusal(error);
    }
  };
}

/** A streamed request body needs `duplex`; SDKs that pass a string do not set it. */
function withoutDuplex(init: RequestInit | undefined): RequestInit | undefined {
  return init?.body instanceof ReadableStream ? { duplex: 'half', ...init } : init;
}

async function complete(
  request: Request,
  asked: AbortSignal,
  { service, model, closing }: Served,
): Promise<Response> {
  const chat = parseChatRequest(parseJsonBody(await request.text()));
  const gone = new AbortController();
  const signal = AbortSignal.any([asked, closing, gone.signal]);
  const reply = await service.begin(chat, signal);
  const head: ReplyHead = { id: `chatcmpl-${randomUUID()}`, model, created: unixSeconds() };
  return chat.stream ? stream(reply, head, chat, gone) : collect(reply, head);
}

async function collect(reply: Reply, head: ReplyHead): Promise<Response> {
  let text = '';
  const toolCalls: ToolCall[] = [];
  const parts = reply.parts();
  for (;;) {
    const next = await parts.next();
    if (next.done === true)
      return Response.json(chatCompletion(head, { text, toolCalls, ...next.value }));
    if (next.value.type === 'text') text += next.value.text;
    else toolCalls.push(next.value.call);
  }
}

/** Sends chunks as fast as they come, as a server does: a slow reader must not hold a slot. */
function stream(reply: Reply, head: ReplyHead, chat: ChatRequest, gone: AbortController): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      // A reader that left has closed the stream already; nobody is there to be told.
      writeChunks(reply, head, chat, send).then(
        () => (gone.signal.aborted ? undefined : controller.close()),
        (error: unknown) => (gone.signal.aborted ? undefined : controller.error(error)),
      );
    },
    cancel: (reason) => gone.abort(reason),
  });
  return new Response(body, {
    headers: { 'content-type': eventStreamType, 'cache-control': 'no-cache' },
  });
}

async function writeChunks(
  reply: Reply,
  head: ReplyHead,
  chat: ChatRequest,
  send: (text: string) => void,
): Promise<void> {
  const includeUsage = chat.stream_options?.include_usage ?? false;
  const writer = new ChunkWriter(head, { includeUsage });
  const parts = reply.parts();
  let begun = false;
  let calls = 0;
  for (;;) {
    const next = await parts.next();
    if (next.done === true) {
      const { finishReason, timings } = next.value;
      // The runtime needs the counts of its calls; a chunk more, which it would be with `include_usage`, could surprise the app.
      const usage =
        !includeUsage && chat.entresol_call !== undefined ? replyUsage(timings) : undefined;
      for (const chunk of writer.end(finishReason, timings)) {
        send(encodeEvent(usage === undefined ? chunk : { ...chunk, usage }));
      }
      send(streamEnd);
      return;
    }
    const part = next.value;
    if (part.type === 'tool-call') send(encodeEvent(writer.toolCall(part.call, calls++)));
    // The first token is an event even if its text is held back: that is when it was there.
    else if (part.text !== '' || !begun) send(encodeEvent(writer.content(part.text)));
    begun = true;
  }
}

function refusal(error: unknown): Response {
  const known =
    error instanceof EngineError
      ? error
      : new EngineError(`The embedded engine failed: ${String(error)}`, {
          code: 'failed',
          engine: 'embedded',
          cause: error,
        });
  return Response.json(errorReply(known), { status: known.status });
}

function notFound(method: string, pathname: string): Response {
  const message = `${method} ${pathname} is not served here: POST /v1/chat/completions and GET /v1/models are.`;
  return Response.json(
    { error: { message, type: 'invalid_request_error', code: 'not_found' } },
    { status: 404 },
  );
}
