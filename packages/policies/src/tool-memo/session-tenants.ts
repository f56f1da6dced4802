import type { RuntimeEvent, SessionId, TenantId } from '@entresol/runtime-core';

/** Whose each session is, as its calls have shown. A session of two tenants is nobody's until it is closed. */
export class SessionTenants {
  readonly #tenants = new Map<SessionId, TenantId>();
  readonly #several = new Set<SessionId>();

  observe(event: RuntimeEvent): void {
    if (event.type === 'session-close') {
      this.#tenants.delete(event.session);
      this.#several.delete(event.session);
    }
    if (event.type !== 'call-start' || event.tenant === undefined) return;
    const known = this.#tenants.get(event.session);
    if (known !== undefined && known !== event.tenant) this.#several.add(event.session);
    this.#tenants.set(event.session, event.tenant);
  }

  of(session: SessionId): TenantId | undefined {
    return this.#several.has(session) ? undefined : this.#tenants.get(session);
  }
}
