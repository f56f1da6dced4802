import type { RequestTimings, RequestUsage } from './request-record.ts';

/** Members of a chat completion, or of one chunk of it, that the measurement reads. Everything may be absent. */
export interface ChatEvent {
  readonly hasContent: boolean;
  readonly usage?: RequestUsage;
  readonly timings?: RequestTimings;
}

/** Reads one parsed reply or chunk. Unknown members are ignored. */
export function readChatEvent(value: unknown): ChatEvent {
  const usage = readUsage(member(value, 'usage')) ?? usageOfTimings(member(value, 'timings'));
  const timings = readTimings(member(value, 'timings'));
  return {
    hasContent: choicesOf(value).some(carriesContent),
    ...(usage === undefined ? {} : { usage }),
    ...(timings === undefined ? {} : { timings }),
  };
}

function carriesContent(choice: unknown): boolean {
  const part = member(choice, 'delta') ?? member(choice, 'message');
  return ['content', 'reasoning_content', 'tool_calls'].some((name) => {
    const value = member(part, name);
    return (typeof value === 'string' || Array.isArray(value)) && value.length > 0;
  });
}

function readUsage(usage: unknown): RequestUsage | undefined {
  const promptTokens = count(usage, 'prompt_tokens');
  if (promptTokens === undefined) return undefined;
  const cachedTokens = count(member(usage, 'prompt_tokens_details'), 'cached_tokens');
  return {
    promptTokens,
    completionTokens: count(usage, 'completion_tokens') ?? 0,
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
  };
}

/** llama.cpp counts in its timings, also where the client did not ask for usage. */
function usageOfTimings(timings: unknown): RequestUsage | undefined {
  const cachedTokens = count(timings, 'cache_n');
  const computedTokens = count(timings, 'prompt_n');
  if (cachedTokens === undefined || computedTokens === undefined) return undefined;
  return {
    promptTokens: cachedTokens + computedTokens,
    cachedTokens,
    completionTokens: count(timings, 'predicted_n') ?? 0,
  };
}

function readTimings(timings: unknown): RequestTimings | undefined {
  if (typeof timings !== 'object' || timings === null) return undefined;
  const queueMs = count(timings, 'queue_ms');
  const prefillMs = count(timings, 'prompt_ms');
  return {
    ...(queueMs === undefined ? {} : { queueMs }),
    ...(prefillMs === undefined ? {} : { prefillMs }),
  };
}

function choicesOf(value: unknown): readonly unknown[] {
  const choices = member(value, 'choices');
  return Array.isArray(choices) ? choices : [];
}

function count(value: unknown, name: string): number | undefined {
  const found = member(value, name);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}
