import { clientHoldersOf } from './model-shape.ts';
import type { OpenAILikeModel } from './model-shape.ts';

/**
 * Puts a `fetch` into a model of the ChatOpenAI family and into the copies that it makes of itself.
 *
 * @returns the undo
 */
export function seatInOpenAI(model: OpenAILikeModel, fetch: typeof globalThis.fetch): () => void {
  const hadFields = model.fields !== undefined;
  const fields = (model.fields ??= {});
  const hadConfiguration = Object.hasOwn(fields, 'configuration');
  const { configuration } = fields;
  const placed = { ...configuration, fetch };
  fields.configuration = placed;
  const restore = clientHoldersOf(model).map((holder) => {
    const { clientConfig } = holder;
    const own = { ...clientConfig, fetch };
    holder.clientConfig = own;
    holder.client = undefined;
    return () => {
      if (holder.clientConfig !== own) return;
      holder.clientConfig = clientConfig;
      // Made anew on the next use, without the runtime.
      holder.client = undefined;
    };
  });
  return () => {
    for (const putBack of restore) putBack();
    if (fields.configuration === placed) {
      if (hadConfiguration) fields.configuration = configuration;
      else delete fields.configuration;
    }
    if (!hadFields && Object.keys(fields).length === 0) delete model.fields;
  };
}
