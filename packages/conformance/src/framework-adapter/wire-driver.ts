import type { CallDraft, CallPlan, RequestBody, Transport } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';

/** Writes the call into each request body, and sends it to a server. */
export class WireDriver extends FakeDriver {
  override readonly transport: Transport;
  readonly #drafts = new Map<unknown, CallDraft>();
  readonly #plans = new Map<unknown, CallPlan>();

  constructor(transport: Transport) {
    super();
    this.transport = transport;
  }

  override decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody {
    this.#drafts.set(draft.call, draft);
    this.#plans.set(draft.call, plan);
    return super.decorate(body, plan, draft);
  }

  /** The call that a request carries; undefined for one that carries nothing of ours. */
  draftOf(body: RequestBody): CallDraft | undefined {
    return this.#drafts.get(body['entresol_call']);
  }

  /** The plan that it was sent with. */
  planOf(body: RequestBody): CallPlan | undefined {
    return this.#plans.get(body['entresol_call']);
  }
}
