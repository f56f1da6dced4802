import type { CallDraft, CallPlan, RequestBody, Transport } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { lastText } from '../recording-host.ts';

/** A request that the runtime gave an owner before it was sent. */
export interface Attributed {
  readonly prompt: string;
  readonly draft: CallDraft;
}

/** An engine that answers from a script and writes the call into each body: the field that must reach the wire. */
export class ScriptedDriver extends FakeDriver {
  override readonly transport: Transport;
  readonly attributed: Attributed[] = [];

  constructor(endpoint: string, fetch: typeof globalThis.fetch) {
    super({ endpoint });
    this.transport = { baseURL: 'http://model.invalid/v1', apiKey: 'none', fetch };
  }

  override decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody {
    this.attributed.push({ prompt: promptOf(body), draft });
    return super.decorate(body, plan, draft);
  }
}

/** What a request asks: its last text, or, when it has none, where its last image is. */
export function promptOf(body: RequestBody): string {
  const text = lastText(body);
  if (text !== '') return text;
  return /"url":"([^"]*)"/u.exec(JSON.stringify(body))?.[1] ?? '';
}
