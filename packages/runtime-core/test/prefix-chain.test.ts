import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrefixChain } from '../src/index.ts';
import type { CacheScope } from '../src/index.ts';

const key = new Uint8Array(32).fill(7);
const scope: CacheScope = { endpoint: 'e', model: 'm', namespace: '' };

/** Id of the prefix that all pieces make, one after another. */
function idOf(pieces: readonly string[], chain = createPrefixChain(key), where = scope): string {
  let id: string | undefined;
  for (const piece of pieces) id = chain.extend(where, id, piece);
  return id ?? '';
}

describe('createPrefixChain', () => {
  it('gives equal text equal ids and unequal text unequal ones', () => {
    const pieces = fc.array(fc.string(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pieces, pieces, (one, other) => {
        expect(idOf(one)).toBe(idOf(one));
        expect(idOf(one) === idOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('gives the same text another id in every part of another scope', () => {
    const scopes = [
      scope,
      { ...scope, endpoint: 'f' },
      { ...scope, model: 'n' },
      { ...scope, namespace: 'tenant' },
      // The parts are not glued together.
      { endpoint: 'em', model: '', namespace: '' },
    ];
    const ids = scopes.map((where) => idOf(['text'], createPrefixChain(key), where));
    expect(new Set(ids).size).toBe(scopes.length);
  });

  it('gives other ids under another key', () => {
    const other = createPrefixChain(new Uint8Array(32).fill(8));
    expect(idOf(['text'], other)).not.toBe(idOf(['text']));
  });

  it('is 128 bits of hex that do not contain the text', () => {
    expect(idOf(['a secret'])).toMatch(/^[0-9a-f]{32}$/);
  });

  it('identifies tokens by their values, through any view of them', () => {
    const chain = createPrefixChain(key);
    const tokens = Int32Array.from([1, 2, 3]);
    const viewed = Int32Array.from([9, 1, 2, 3, 9]).subarray(1, 4);
    expect(chain.extend(scope, undefined, viewed)).toBe(chain.extend(scope, undefined, tokens));
    expect(chain.extend(scope, undefined, Int32Array.from([1, 2, 4]))).not.toBe(
      chain.extend(scope, undefined, tokens),
    );
  });

  it('remembers pieces without changing ids, beyond what it remembers too', () => {
    const chain = createPrefixChain(key);
    const first = idOf(['piece'], chain);
    for (let at = 0; at < 4_200; at += 1) chain.extend(scope, undefined, `piece ${at}`);
    expect(idOf(['piece'], chain)).toBe(first);
  });

  it.each([0, 31, 33])('refuses a key of %i bytes', (bytes) => {
    expect(() => createPrefixChain(new Uint8Array(bytes))).toThrow(RangeError);
  });
});
