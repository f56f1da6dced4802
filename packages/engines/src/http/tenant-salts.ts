import { createHmac, randomBytes } from 'node:crypto';

/** Salts by which engines keep the prefix caches of tenants apart: HMAC-SHA-256 of the tenant under a secret. */
export class TenantSalts {
  readonly #secret: string | Buffer;

  /** @param secret the same in every process that shares the engine; random for this process when undefined */
  constructor(secret: string | undefined) {
    this.#secret = secret ?? randomBytes(32);
  }

  of(namespace: string): string {
    return createHmac('sha256', this.#secret).update(namespace).digest('base64url');
  }
}
