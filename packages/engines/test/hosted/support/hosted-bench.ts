import type { CallDraft, CallPlan, PrefixRef, RequestBody } from '@entresol/runtime-core';
import { draftCall } from '@entresol/runtime-core/testing';
import type { HostedEngine } from '../../../src/hosted/hosted-engine.ts';
import { PassiveHost } from '../../embedded/support/passive-host.ts';

const go: CallPlan = { verdict: 'go', annotate: {} };

export interface CallOptions {
  readonly agent?: string;
  readonly session?: string;
  readonly tenant?: string;
  /** Lives of role and session prefix; absent = nobody acts. */
  readonly lives?: readonly [role: number | undefined, session: number | undefined];
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let calls = 0;

/** Sends calls through a hosted driver as a runtime does. */
export class HostedBench {
  readonly engine: HostedEngine;
  readonly host: PassiveHost = new PassiveHost();
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(engine: HostedEngine, headers: Readonly<Record<string, string>>) {
    this.engine = engine;
    this.#headers = headers;
  }

  static async open(
    engine: HostedEngine,
    headers: Readonly<Record<string, string>>,
  ): Promise<HostedBench> {
    const bench = new HostedBench(engine, headers);
    await engine.open(bench.host);
    return bench;
  }

  draft(body: RequestBody, { agent = 'a', session = 's', tenant }: CallOptions = {}): CallDraft {
    const identity = {
      workload: 'w',
      dispatch: 'd',
      call: `call-${(calls += 1)}`,
      attempt: 1,
      metadata: {},
      agent,
      session,
    };
    return draftCall(identity, body, this.engine, tenant);
  }

  async send(body: RequestBody, options: CallOptions = {}): Promise<Response> {
    const draft = this.draft(body, options);
    const { lives, path = '/chat/completions', headers = {} } = options;
    const plan =
      lives === undefined
        ? go
        : {
            ...go,
            lives: draft.prefixes.map(({ id, session }) => ({
              prefix: id,
              ttlMs: session === undefined ? lives[0] : lives[1],
            })),
          };
    const decorated = this.engine.decorate(body, plan, draft);
    const { baseURL, fetch } = this.engine.transport;
    return fetch(`${baseURL}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#headers, ...headers },
      body: JSON.stringify(decorated),
    });
  }

  /** The role prefix of a body, whose text the host then holds. */
  role(body: RequestBody, head: RequestBody, options: CallOptions = {}): PrefixRef {
    const [role] = this.draft(body, options).prefixes;
    if (role === undefined) throw new TypeError('no role');
    this.host.prompts.set(role.id, { form: 'chat', body: head });
    return role;
  }
}
