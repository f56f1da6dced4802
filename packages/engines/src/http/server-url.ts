import { EngineError } from '@entresol/runtime-core';

/** Addresses at which clouds hand out credentials of the machine; no engine lives there. */
const metadataHosts = new Set([
  '169.254.169.254',
  '100.100.100.200',
  '[fd00:ec2::254]',
  'metadata.google.internal',
]);

/** Where a server is: `root` for its own endpoints, `api` for the OpenAI-compatible ones. No slash at the end. */
export interface ServerURL {
  readonly root: string;
  readonly api: string;
}

/**
 * Reads the base URL of a server, given with or without `/v1`.
 * @throws {EngineError} `bad-url`
 */
export function parseServerURL(baseURL: string, engine: string): ServerURL {
  const refuse = (why: string): EngineError =>
    new EngineError(`${engine}: the base URL ${why}. Give one such as http://127.0.0.1:8080/v1.`, {
      code: 'bad-url',
      engine,
      value: withoutUser(baseURL),
    });
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  if (url === undefined) throw refuse(`"${baseURL}" is no URL`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse(`has the protocol ${url.protocol}, and only http: and https: are spoken`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse('contains a user or a password, which belong into apiKey');
  }
  if (metadataHosts.has(url.hostname)) {
    throw refuse(`names ${url.hostname}, where a cloud keeps the credentials of its machines`);
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  const root = `${url.origin}${path}`;
  return { root, api: `${root}/v1` };
}

function withoutUser(baseURL: string): string {
  return baseURL.replace(/\/\/[^/@]*@/, '//');
}
