import type { ServerTarget } from './arm-messages.ts';
import { nothingLearned } from './arm-target.ts';
import type { ArmTarget } from './arm-target.ts';

/** The server cannot be measured; the message is for who gave its URL. */
export class ServerTargetError extends Error {
  override readonly name = 'ServerTargetError';
}

/** A server someone else runs: requests pass as they are, and only what it reports is known. */
export async function openServerTarget(
  { baseURL }: ServerTarget,
  signal: AbortSignal,
): Promise<ArmTarget> {
  const apiKey = process.env['OPENAI_API_KEY'] ?? 'none';
  const model = await firstModel(baseURL, apiKey, signal);
  return {
    baseURL,
    apiKey,
    model,
    fetch: globalThis.fetch,
    firstToken: 'content',
    engine: () => ({
      name: baseURL,
      version: null,
      model,
      weights: 'real',
      slots: null,
      device: null,
      contextTokens: null,
      tierBytes: null,
      reloadToRecompute: null,
    }),
    counters: () => undefined,
    learned: () => nothingLearned,
    endSession: () => undefined,
    close: () => Promise.resolve(),
  };
}

async function firstModel(baseURL: string, apiKey: string, signal: AbortSignal): Promise<string> {
  const url = `${baseURL}/models`;
  const wayOut = 'Give --engine the base of an OpenAI-compatible API, /v1 included.';
  let response: Response;
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` }, signal });
  } catch (error) {
    throw new ServerTargetError(`${url} does not answer. Is the server running? ${wayOut}`, {
      cause: error,
    });
  }
  if (!response.ok)
    throw new ServerTargetError(`${url} answered with status ${response.status}. ${wayOut}`);
  const list: unknown = await response.json();
  const first: unknown =
    typeof list === 'object' && list !== null && 'data' in list && Array.isArray(list.data)
      ? list.data[0]
      : undefined;
  if (typeof first !== 'object' || first === null || !('id' in first)) {
    throw new ServerTargetError(`${url} lists no model. Load one in the server first.`);
  }
  return String(first.id);
}
