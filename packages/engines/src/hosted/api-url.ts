import { parseServerURL } from '../http/server-url.ts';

/**
 * Base of an API as it was given, without a slash at the end; providers keep theirs under paths of all kinds.
 * @throws {EngineError} `bad-url`
 */
export function apiURL(baseURL: string, engine: string): string {
  parseServerURL(baseURL, engine);
  return baseURL.replace(/\/+$/, '');
}
