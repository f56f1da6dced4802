import type { RequestBody } from './engine-driver.ts';
import type { Usage } from './usage.ts';

/** Which API a request speaks, named by the end of its path: OpenAI's two, or Anthropic's. */
export type ModelApi = '/chat/completions' | '/responses' | '/messages';

/** Those of a driver that does not say which it speaks. */
export const openAIApis: readonly ModelApi[] = ['/chat/completions', '/responses'];

/** A body of the Responses API: its prompt is `input` (a text or items), beside `instructions` and `tools`. */
export function isResponsesBody(body: RequestBody): boolean {
  return body['input'] !== undefined && body['messages'] === undefined;
}

/**
 * Usage of a Responses reply, or of the `response` in the last event of its stream, for all drivers: they need to read
 * only what chat completions report. Undefined for anything else.
 */
export function responsesUsage(reply: unknown): Usage | undefined {
  const usage = fieldOf(reply, 'usage');
  const input = fieldOf(usage, 'input_tokens');
  const output = fieldOf(usage, 'output_tokens');
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const cacheRead = fieldOf(fieldOf(usage, 'input_tokens_details'), 'cached_tokens');
  const reasoning = fieldOf(fieldOf(usage, 'output_tokens_details'), 'reasoning_tokens');
  return {
    input,
    output,
    ...(typeof cacheRead === 'number' ? { cacheRead } : {}),
    ...(typeof reasoning === 'number' ? { reasoning } : {}),
  };
}

function fieldOf(value: unknown, field: string): unknown {
  return isRecord(value) ? value[field] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
