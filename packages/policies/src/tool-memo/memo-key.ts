import canonicalize from 'canonicalize';
import { isPlainJson } from './plain-json.ts';

/** Whose call of which tool. Two calls with the same identity may share a result. */
export interface CallIdentity {
  readonly tenant: string | null;
  readonly scope: string | null;
  readonly tool: string;
  readonly version: string;
  readonly args: unknown;
}

/** RFC 8785 text of the identity; undefined where the arguments are not plain JSON. */
export function canonicalText(identity: CallIdentity): string | undefined {
  try {
    return isPlainJson(identity.args) ? canonicalize(identity) : undefined;
  } catch {
    // Lone surrogates and the like: no canonical form, so no key.
    return undefined;
  }
}

/** SHA-256, base 16. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('hex');
}
