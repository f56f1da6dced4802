import { isManagedFetch } from '@entresol/runtime-core';
import { classOf, clientHoldersOf, isAnthropicLike, isOpenAILike } from '../model-shape.ts';

/** A model that was found without running anything. */
export interface SurveyedModel {
  /** Path of the node that calls it. */
  readonly node: string;
  readonly class: string;
  readonly model?: string;
  /**
   * `runtime`: its requests go through a runtime. `own`: they do not, and `instrumentModel` can change that. `unreachable`:
   * they do not, and only where the model is made can that be changed. `named`: a name, from which the framework makes it.
   */
  readonly client: 'runtime' | 'own' | 'unreachable' | 'named';
}

/** Is this a model of LangChain, by what every one of them has? */
export function isModel(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, '_modelType') === 'function'
  );
}

export function surveyModel(node: string, model: unknown): SurveyedModel {
  if (typeof model === 'string') return { node, class: 'string', model, client: 'named' };
  const given: unknown =
    typeof model === 'object' && model !== null && 'model' in model ? model.model : undefined;
  const name = typeof given === 'string' ? { model: given } : {};
  return { node, class: classOf(model), ...name, client: clientOf(model) };
}

function clientOf(model: unknown): 'runtime' | 'own' | 'unreachable' {
  if (isAnthropicLike(model)) {
    return isManagedFetch(model.clientOptions.fetch) ? 'runtime' : 'own';
  }
  if (!isOpenAILike(model)) return 'unreachable';
  const holders = clientHoldersOf(model);
  return holders.every(({ clientConfig }) => isManagedFetch(clientConfig.fetch))
    ? 'runtime'
    : 'own';
}
