import { EngineError } from '@entresol/runtime-core';
import { z } from 'zod';

import {
  type ChatMessage,
  chatMessageSchema,
  type ToolDefinition,
  toolDefinitionSchema,
} from './chat-message.ts';
import { quoted, refuseUnsupportedFields } from './unsupported-fields.ts';

type ToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | { readonly type: 'function'; readonly function: { readonly name: string } };

/** Body of `POST /v1/chat/completions`, checked; fields without effect here are left out. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ToolDefinition[] | undefined;
  readonly tool_choice?: ToolChoice | undefined;
  readonly stream: boolean;
  readonly stream_options?: { readonly include_usage: boolean } | undefined;
  /** Most tokens to generate; `max_completion_tokens` where the client gave both. */
  readonly max_tokens?: number | undefined;
  /** Generation ends before any of these; empty = none. */
  readonly stop: readonly string[];
  /** In [0, 2]; 0 = always the likeliest token. */
  readonly temperature?: number | undefined;
  /** In (0, 1]. */
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  /** Id that the runtime gave this call: how a body is known again on its way through an SDK. */
  readonly entresol_call?: string | undefined;
}

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
]);

const tokenLimit = z.number().int().min(1).nullish();

/** SDKs write null for "not set". */
const orUndefined = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

const requestSchema = z
  .object({
    model: z.string().default(''),
    messages: z.array(chatMessageSchema).min(1),
    tools: z
      .array(toolDefinitionSchema)
      .nullish()
      .transform((tools) => (tools && tools.length > 0 ? tools : undefined)),
    tool_choice: toolChoice.nullish().transform(orUndefined),
    stream: z
      .boolean()
      .nullish()
      .transform((stream) => stream ?? false),
    stream_options: z
      .object({ include_usage: z.boolean().default(false) })
      .nullish()
      .transform(orUndefined),
    max_tokens: tokenLimit,
    max_completion_tokens: tokenLimit,
    stop: z
      .union([z.string(), z.array(z.string())])
      .nullish()
      .transform((stop) => [stop ?? []].flat().filter((text) => text !== '')),
    temperature: z.number().min(0).max(2).nullish().transform(orUndefined),
    top_p: z.number().gt(0).max(1).nullish().transform(orUndefined),
    seed: z.number().int().nullish().transform(orUndefined),
    entresol_call: z.string().optional(),
  })
  .transform(({ max_completion_tokens, max_tokens, ...rest }): ChatRequest => ({
    ...rest,
    max_tokens: max_completion_tokens ?? max_tokens ?? undefined,
  }));

/**
 * Checks a parsed body.
 * @throws {EngineError} `unsupported-field` (status 400) for what this engine cannot do, `bad-request` (status 400) for
 * what is malformed; both name the field and its value
 */
export function parseChatRequest(body: unknown): ChatRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(`The body must be a JSON object, not ${quoted(body)}`, body);
  }
  refuseUnsupportedFields({ ...body });
  const parsed = requestSchema.safeParse(body, { reportInput: true });
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const path = fieldPath(issue?.path ?? []);
  const value = valueAt(body, issue?.path ?? []);
  throw badRequest(
    `Field "${path}" is malformed: ${issue?.message ?? 'invalid'} (got ${quoted(value)})`,
    value,
    parsed.error,
  );
}

/**
 * Parses the text of a body.
 * @throws {EngineError} `bad-request`, status 400
 */
export function parseJsonBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badRequest(`The body is not JSON: ${quoted(text)}`, text, cause);
  }
}

function badRequest(message: string, value: unknown, cause?: unknown): EngineError {
  return new EngineError(message, {
    code: 'bad-request',
    engine: 'embedded',
    status: 400,
    value,
    cause,
  });
}

/** `messages[0].content` for `['messages', 0, 'content']`. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') {
      return `${text}[${key}]`;
    }
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    body,
  );
}
