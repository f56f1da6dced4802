import type { Transport } from '@entresol/runtime-core';

/** What is read and written of a model client that sends its requests with `fetch`. */
export interface ClientHolder {
  clientConfig: { readonly fetch?: unknown };
  /** Made on first use from `clientConfig`. */
  client?: unknown;
}

/** Constructor fields; `bindTools`, `withConfig` and `withStructuredOutput` build their copies from them. */
interface ModelFields {
  configuration?: { readonly fetch?: unknown } | undefined;
  readonly callbacks?: unknown;
}

/** A chat model of the ChatOpenAI family. */
export interface OpenAILikeModel {
  fields?: ModelFields;
  /** The two APIs that ChatOpenAI chooses from; absent on the models that speak one. */
  readonly completions?: unknown;
  readonly responses?: unknown;
}

/** A chat model of the ChatAnthropic family. */
export interface AnthropicLikeModel {
  clientOptions: { readonly fetch?: unknown };
  /** One for replies in one piece and one for streams, made on first use from `clientOptions`. */
  batchClient?: unknown;
  streamingClient?: unknown;
}

/** What of a runtime a model needs. */
export interface ClientSource {
  client(engine?: string): Transport;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isClientHolder(value: unknown): value is ClientHolder {
  return isObject(value) && isObject(value['clientConfig']);
}

/** The objects inside a model that hold a client, the model itself among them. */
export function clientHoldersOf(model: OpenAILikeModel): readonly ClientHolder[] {
  const parts: readonly unknown[] = [model, model.completions, model.responses];
  return parts.filter(isClientHolder);
}

/** By shape: the ESM and CJS builds of a class are different classes. */
export function isOpenAILike(value: unknown): value is OpenAILikeModel & object {
  if (!isObject(value) || !(value['fields'] === undefined || isObject(value['fields']))) {
    return false;
  }
  return [value, value['completions'], value['responses']].some(isClientHolder);
}

/** By shape, too. */
export function isAnthropicLike(value: unknown): value is AnthropicLikeModel & object {
  return (
    isObject(value) &&
    isObject(value['clientOptions']) &&
    typeof value['createClient'] === 'function' &&
    'anthropicApiKey' in value
  );
}

/** Name of a model's class, for messages and reports. */
export function classOf(value: unknown): string {
  if (!isObject(value)) return value === null ? 'null' : typeof value;
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'an object';
}
