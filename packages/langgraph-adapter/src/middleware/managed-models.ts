import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isAnthropicLike, isOpenAILike } from '../model-shape.ts';
import type { AnthropicLikeModel, OpenAILikeModel } from '../model-shape.ts';

/** Copies of the app's models whose requests go through the runtime, one per model; the app's own are not touched. */
export class ManagedModels {
  readonly #copies = new WeakMap<object, object>();
  readonly #fetch: typeof globalThis.fetch;
  readonly #handler: BaseCallbackHandler;

  constructor(fetch: typeof globalThis.fetch, handler: BaseCallbackHandler) {
    this.#fetch = fetch;
    this.#handler = handler;
  }

  /** The model itself when its client cannot be reached. */
  of<T extends object>(model: T): T {
    const known = this.#copies.get(model);
    if (isCopyOf(model, known)) return known;
    const copy = this.#copy(model);
    if (!isCopyOf(model, copy)) return model;
    this.#copies.set(model, copy);
    return copy;
  }

  #copy(model: object): object | undefined {
    if (isOpenAILike(model)) return this.#copyOfOpenAI(model);
    return isAnthropicLike(model) ? this.#copyOfAnthropic(model) : undefined;
  }

  #copyOfOpenAI(model: OpenAILikeModel & object): object | undefined {
    const { fields = {} } = model;
    const callbacks = this.#heard(fields.callbacks);
    if (callbacks === undefined) return undefined;
    const configuration = { ...fields.configuration, fetch: this.#fetch };
    const copy: unknown = Reflect.construct(model.constructor, [
      { ...fields, callbacks, configuration },
    ]);
    if (typeof copy !== 'object' || copy === null) return undefined;
    if ('defaultOptions' in model) Object.assign(copy, { defaultOptions: model.defaultOptions });
    return copy;
  }

  /** It keeps what it was made with in plain fields, and makes its clients from them on first use. */
  #copyOfAnthropic(model: AnthropicLikeModel & object): object | undefined {
    const callbacks = this.#heard('callbacks' in model ? model.callbacks : undefined);
    if (callbacks === undefined) return undefined;
    const copy: object = Object.create(Object.getPrototypeOf(model));
    return Object.assign(copy, model, {
      callbacks,
      clientOptions: { ...model.clientOptions, fetch: this.#fetch },
      batchClient: undefined,
      streamingClient: undefined,
    });
  }

  /** A callback manager has no list to add to; such a model stays as it is and is reported as unmanaged. */
  #heard(given: unknown): readonly unknown[] | undefined {
    if (given !== undefined && !Array.isArray(given)) return undefined;
    return [...(given ?? []), this.#handler];
  }
}

function isCopyOf<T extends object>(model: T, copy: object | undefined): copy is T {
  return copy !== undefined && copy.constructor === model.constructor;
}
