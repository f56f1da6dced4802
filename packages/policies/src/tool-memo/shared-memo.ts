import type { webcrypto } from 'node:crypto';
import { emitWarning } from 'node:process';
import type { Milliseconds } from '@entresol/runtime-core';
import canonicalize from 'canonicalize';
import {
  checkFunctions,
  checkNames,
  checkPort,
  checkPositive,
} from '@entresol/runtime-core/option-checks';
import type { KeptResult } from './kept-result.ts';
import type { MemoStore } from './memo-store.ts';

export interface SharedMemoOptions {
  readonly store: MemoStore;
  /** At least 32 bytes, the same in all processes and not known to others who can write into the store. */
  readonly secret: Uint8Array;
  /** How long an answer of the store is waited for. Default 250. */
  readonly withinMs?: Milliseconds;
  /** Time of day, ms since 1970, for how long an entry holds. Default: that of the machine. */
  readonly now?: () => Milliseconds;
  /** Hears once of a store that fails; `figures()` counts. Default: a warning of the Node process. */
  readonly warn?: (message: string) => void;
}

const leastSecret = 32;
const entryVersion = 1;

/** @throws {RangeError} naming the option, its value and its range */
export function checkShared(shared: SharedMemoOptions): void {
  checkNames(shared, ['store', 'secret', 'withinMs', 'now', 'warn'], 'shared');
  const { store, secret, withinMs, now, warn } = shared;
  checkPort('shared.store', store ?? 'not set', ['get', 'set']);
  checkPositive({ 'shared.withinMs': withinMs });
  checkFunctions({ 'shared.now': now, 'shared.warn': warn });
  const length = secret instanceof Uint8Array ? secret.length : 0;
  if (length < leastSecret) {
    // Never the secret itself.
    throw new RangeError(
      `shared.secret must be a Uint8Array of at least ${leastSecret} bytes, got ${length} bytes`,
    );
  }
}

/** Results that other processes may use. Each entry is bound to its key and its end by an HMAC-SHA-256. */
export class SharedMemo {
  readonly #options: SharedMemoOptions;
  #key: Promise<webcrypto.CryptoKey> | undefined;
  #failures = 0;
  #forged = 0;

  constructor(options: SharedMemoOptions) {
    this.#options = options;
  }

  /** Times that the store threw or was late, and entries that were not ours. */
  get figures(): { readonly storeFailures: number; readonly forged: number } {
    return { storeFailures: this.#failures, forged: this.#forged };
  }

  /** The result and how long it still holds; undefined = a miss, whatever the reason. */
  async read(
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly kept: KeptResult; readonly ttlMs: Milliseconds } | undefined> {
    const { store, withinMs = 250, now = Date.now } = this.#options;
    try {
      const late = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
      const entry = parseEntry(await Promise.race([store.get(key), rejected(late)]));
      if (entry === undefined) return undefined;
      const { form, text, untilMs, mac } = entry;
      const genuine = await crypto.subtle.verify(
        'HMAC',
        await this.#hmacKey(),
        Buffer.from(mac, 'base64'),
        signedBytes(key, entry),
      );
      if (!genuine) {
        this.#forged += 1;
        return undefined;
      }
      const ttlMs = untilMs - now();
      return ttlMs > 0 ? { kept: { form, text }, ttlMs } : undefined;
    } catch (error) {
      // Who asked has given up: that says nothing of the store.
      if (!signal.aborted) this.#failed(error);
      return undefined;
    }
  }

  /** Never rejects. */
  async write(key: string, { form, text }: KeptResult, ttlMs: Milliseconds): Promise<void> {
    const { store, now = Date.now } = this.#options;
    try {
      const entry = { form, text, untilMs: now() + ttlMs };
      const mac = await crypto.subtle.sign('HMAC', await this.#hmacKey(), signedBytes(key, entry));
      const signed = { ...entry, mac: Buffer.from(mac).toString('base64') };
      await store.set(key, JSON.stringify(signed), ttlMs);
    } catch (error) {
      this.#failed(error);
    }
  }

  #hmacKey(): Promise<webcrypto.CryptoKey> {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    this.#key ??= crypto.subtle.importKey(
      'raw',
      Uint8Array.from(this.#options.secret),
      algorithm,
      false,
      ['sign', 'verify'],
    );
    return this.#key;
  }

  #failed(error: unknown): void {
    const { warn = emitWarning } = this.#options;
    this.#failures += 1;
    if (this.#failures > 1) return;
    const reason = error instanceof Error ? error.message : String(error);
    warn(`tool-memo: the shared store fails, and tools run while it does: ${reason}`);
  }
}

type Entry = KeptResult & { readonly untilMs: Milliseconds };

function signedBytes(key: string, { form, text, untilMs }: Entry): Uint8Array<ArrayBuffer> {
  const signed = canonicalize([entryVersion, key, form, untilMs, text]) ?? '';
  return new TextEncoder().encode(signed);
}

/** @throws {SyntaxError} for text that is no JSON */
function parseEntry(value: unknown): (Entry & { readonly mac: string }) | undefined {
  if (typeof value !== 'string') return undefined;
  const entry: unknown = JSON.parse(value);
  return isEntry(entry) ? entry : undefined;
}

function isEntry(value: unknown): value is Entry & { readonly mac: string } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('form' in value && 'text' in value && 'untilMs' in value && 'mac' in value)) return false;
  const { form, text, untilMs, mac } = value;
  const isForm = form === 'text' || form === 'json';
  return isForm && typeof text === 'string' && Number.isFinite(untilMs) && typeof mac === 'string';
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}
