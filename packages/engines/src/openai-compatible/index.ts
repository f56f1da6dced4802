export { openaiCompatible } from './openai-compatible.ts';
export type { OpenAICompatibleEngine, OpenAICompatibleOptions } from './openai-compatible.ts';
export type { ModelPrice, PriceOverrides } from '../hosted/price-list.ts';
