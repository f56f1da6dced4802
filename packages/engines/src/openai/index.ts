export { openai } from './openai.ts';
export type { OpenAIEngine, OpenAIOptions } from './openai.ts';
export type { ModelPrice, PriceOverrides } from '../hosted/price-list.ts';
