import canonicalize from 'canonicalize';

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
    return isPlainJson(identity.args, 64) ? canonicalize(identity) : undefined;
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

/** A date or a map would be turned into text or `{}` on the way, and two values would become one. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return Array.from(value).every((item) => isPlainJson(item, depth - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return Object.values(value).every((item) => isPlainJson(item, depth - 1));
}
