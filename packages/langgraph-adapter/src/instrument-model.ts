import { seatInAnthropic } from './anthropic-seat.ts';
import { classOf, isAnthropicLike, isOpenAILike } from './model-shape.ts';
import type { ClientSource } from './model-shape.ts';
import { seatInOpenAI } from './openai-seat.ts';

export interface InstrumentOptions {
  /** Name of the engine in `createRuntime({ engines })`; the first one if not given. */
  readonly engine?: string;
}

type Fetch = typeof globalThis.fetch;

const instrumented = new WeakMap<object, { readonly fetch: Fetch; readonly undo: () => void }>();

/**
 * Sends the requests of an existing model through a runtime, in place: copies that `bindTools`, `withConfig`,
 * `withStructuredOutput` or `createAgent` make later send theirs through it too. The model keeps its own URL and key.
 * Instrumenting it twice for one runtime is instrumenting it once.
 *
 * @returns the undo. Copies made in between keep the runtime's client
 * @throws {TypeError} for anything but a model of the ChatOpenAI or ChatAnthropic family, and for one that another runtime has
 * @throws {RuntimeConfigError} `unknown-engine`
 */
export function instrumentModel(
  model: object,
  runtime: ClientSource,
  { engine }: InstrumentOptions = {},
): () => void {
  const seat = seatOf(model);
  if (seat === undefined) throw new TypeError(unreachable(model));
  const { fetch } = runtime.client(engine);
  const known = instrumented.get(model);
  if (known !== undefined) {
    if (known.fetch === fetch) return known.undo;
    throw new TypeError(
      `this ${classOf(model)} already sends its requests through another runtime or engine; call the undo that instrumentModel() returned first`,
    );
  }
  const putBack = seat(fetch);
  const undo = (): void => {
    if (instrumented.get(model)?.undo !== undo) return;
    instrumented.delete(model);
    putBack();
  };
  instrumented.set(model, { fetch, undo });
  return undo;
}

/** Undefined where the client cannot be reached. */
function seatOf(model: object): ((fetch: Fetch) => () => void) | undefined {
  if (isOpenAILike(model)) return (fetch) => seatInOpenAI(model, fetch);
  return isAnthropicLike(model) ? (fetch) => seatInAnthropic(model, fetch) : undefined;
}

function unreachable(model: unknown): string {
  const what = `instrumentModel() takes a model of the ChatOpenAI or ChatAnthropic family, and got ${classOf(model)}.`;
  if (typeof model === 'string') {
    return `${what} A name is no model yet: pass new ChatOpenAI({ model: "${model}", configuration: runtime.client() }).`;
  }
  if (typeof model === 'object' && model !== null && 'bound' in model) {
    return `${what} Instrument the model before withRetry(), withStructuredOutput() or the like wraps it.`;
  }
  return `${what} Its client cannot be reached from outside: pass the fetch of runtime.client() where the model is made, if its class takes one.`;
}
