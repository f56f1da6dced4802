import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CacheScope, PrefixId } from './identities.ts';

/** Bytes of digest kept: 128 bits, so that a collision needs about 2^64 prefixes. */
const digestBytes = 16;
/** Pieces whose digest is remembered, and steps of chains; one entry is a few dozen bytes. */
const memoised = 4096;

/**
 * Identifies prompt prefixes by a chain of keyed hashes inside one scope: id(n) = H(key, id(n-1) ‖ H(key, piece n)). A
 * history of forty messages is hashed once, text and chain; asked for again, it is looked up (BLAKE3 in keyed mode: ids
 * say nothing about the text to who lacks the key).
 */
export interface PrefixChain {
  /** Id of the prefix that `piece` extends `parent` to. `parent` undefined = the start of the scope. */
  extend(
    scope: CacheScope,
    parent: PrefixId | undefined,
    piece: string | Int32Array | Uint32Array,
  ): PrefixId;
}

/**
 * @param key - 32 bytes, secret and random per process
 * @throws {RangeError} when the key has another length
 */
export function createPrefixChain(key: Uint8Array): PrefixChain {
  if (key.length !== 32) throw new RangeError(`the prefix key must be 32 bytes, got ${key.length}`);
  const hash = (bytes: Uint8Array): Uint8Array => blake3(bytes, { key, dkLen: digestBytes });
  const pieces = new Map<string, string>();
  const steps = new Map<string, string>();
  const scopes = new Map<string, string>();

  const digestOf = (piece: string | Int32Array | Uint32Array): string => {
    if (typeof piece !== 'string') {
      return bytesToHex(hash(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)));
    }
    return remembered(pieces, piece);
  };
  const remembered = (known: Map<string, string>, text: string): string => {
    let digest = known.get(text);
    if (digest !== undefined) return digest;
    digest = bytesToHex(hash(utf8ToBytes(text)));
    if (known.size >= memoised) {
      // Oldest first: a Map keeps insertion order, and live histories are asked for again soon.
      const oldest = known.keys().next().value;
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(text, digest);
    return digest;
  };
  const rootOf = (scope: CacheScope): string => {
    const name = JSON.stringify([scope.endpoint, scope.model, scope.namespace]);
    let root = scopes.get(name);
    if (root === undefined) scopes.set(name, (root = bytesToHex(hash(utf8ToBytes(name)))));
    return root;
  };
  return {
    extend: (scope, parent, piece) =>
      remembered(steps, `${parent ?? rootOf(scope)}/${digestOf(piece)}`),
  };
}
