export { anthropic } from './anthropic.ts';
export type { AnthropicEngine, AnthropicOptions } from './anthropic.ts';
export type { ModelPrice, PriceOverrides } from '../hosted/price-list.ts';
