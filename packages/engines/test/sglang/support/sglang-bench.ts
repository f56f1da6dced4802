import type {
  CallDraft,
  CallPlan,
  Capabilities,
  Intent,
  Outcome,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import { draftCall } from '@entresol/runtime-core/testing';
import { sglang, type SGLangEngine, type SGLangOptions } from '../../../src/sglang/index.ts';
import { PassiveHost, ticketFor } from '../../embedded/support/passive-host.ts';
import { FakeSGLang } from './fake-sglang.ts';

const baseURL = 'http://127.0.0.1:30000/v1';
const go: CallPlan = { verdict: 'go', annotate: {} };
export const head: RequestBody = {
  role: 'system',
  content: 'you are an agent with a role that is long enough to keep',
};
export const chat = (...turns: readonly string[]): RequestBody => ({
  model: 'tiny',
  messages: [
    head,
    ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
  ],
});
export const body = chat('hello');

let calls = 0;

function draftOf(engine: SGLangEngine, session: string, tenant?: string, sent = body): CallDraft {
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: `call-${(calls += 1)}`,
    attempt: 1,
    metadata: {},
    agent: 'a',
    session,
  };
  return draftCall(identity, sent, engine, tenant);
}

export function send(
  engine: SGLangEngine,
  session: string,
  tenant?: string,
  sent: RequestBody = body,
): Promise<Response> {
  return engine.transport.fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(engine.decorate(sent, go, draftOf(engine, session, tenant, sent))),
  });
}

export function wholeOf(
  engine: SGLangEngine,
  session: string,
  sent: RequestBody = body,
): PrefixRef {
  const whole = draftOf(engine, session, undefined, sent).prefixes.at(-1);
  if (whole === undefined) throw new TypeError('no prefix');
  return whole;
}

/** The role, with its text in the host. */
export function roleOf(engine: SGLangEngine, host: PassiveHost, namespace?: string): PrefixRef {
  const [role] = draftOf(engine, 'any', namespace).prefixes;
  if (role === undefined) throw new TypeError('no role');
  host.prompts.set(role.id, { form: 'chat', body: { model: 'tiny', messages: [head] } });
  return role;
}

export interface Opened {
  readonly server: FakeSGLang;
  readonly host: PassiveHost;
  readonly engine: SGLangEngine;
  readonly capabilities: Capabilities;
}

/** With somebody whose order of worth is carried out. */
export async function opened(
  server: FakeSGLang = new FakeSGLang(),
  options: Partial<SGLangOptions> = {},
): Promise<Opened> {
  const host = new PassiveHost();
  host.orders = true;
  const engine = sglang({ baseURL, fetch: server.fetch, exclusive: true, ...options });
  return { server, host, engine, capabilities: await engine.open(host) };
}

export const release = (prefix: PrefixRef, how: 'drop' | 'demote'): Intent => ({
  kind: 'release',
  prefix,
  how,
  why: 'session-close',
});
const worth = { reuse: 1, gainMs: 1, keep: 1 };
export const retain = (prefix: PrefixRef): Intent => ({
  kind: 'retain',
  prefix,
  worth,
  untilMs: 0,
});

/** Submits an act and waits for what came of it. */
export async function done({ engine, host }: Opened, intent: Intent): Promise<Outcome> {
  const ticket = ticketFor(intent);
  engine.submit(ticket);
  return host.settled(ticket.id);
}
