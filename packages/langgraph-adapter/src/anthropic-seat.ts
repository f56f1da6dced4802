import type { AnthropicLikeModel } from './model-shape.ts';

/**
 * Puts a `fetch` into a model of the ChatAnthropic family. `bindTools` and the like wrap the model and make no copy of it.
 *
 * @returns the undo
 */
export function seatInAnthropic(
  model: AnthropicLikeModel,
  fetch: typeof globalThis.fetch,
): () => void {
  const { clientOptions } = model;
  const placed = { ...clientOptions, fetch };
  model.clientOptions = placed;
  forgetClients(model);
  return () => {
    if (model.clientOptions !== placed) return;
    model.clientOptions = clientOptions;
    forgetClients(model);
  };
}

/** Made anew on the next use, from the options as they then are. */
function forgetClients(model: AnthropicLikeModel): void {
  model.batchClient = undefined;
  model.streamingClient = undefined;
}
