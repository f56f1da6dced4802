import type {
  Capabilities,
  CostModel,
  EngineDriver,
  EngineHost,
  PrefixLink,
  RequestBody,
  Residency,
  Ticket,
  Transport,
} from '@entresol/runtime-core';

const capabilities: Capabilities = {
  retention: 'ask',
  prefetch: 'restore',
  drop: true,
  demote: true,
  extraRequestsCostMoney: false,
  minWarmTokens: 1,
  exclusive: true,
};
const reply = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 900, completion_tokens: 120 },
};

/** What a bench does at the points where the runtime enters its engine. */
export interface EngineHooks {
  readonly identify: (body: RequestBody) => readonly PrefixLink[];
  readonly decorate?: (body: RequestBody) => RequestBody;
  /** Before the reply; a promise holds it back. */
  readonly send?: () => Promise<void> | void;
  /** The last that a reply is asked before its call has ended. */
  readonly usage?: () => void;
}

/** An engine that takes no time: half of every prompt is on the device, wishes are settled at once. */
export class BenchEngine implements EngineDriver {
  readonly endpoint = 'traffic';
  readonly transport: Transport;
  readonly residency: Residency = {
    of: ({ tokens }) => ({ tokens: tokens / 2, tier: 'device', truth: 'own' }),
  };
  readonly cost: CostModel = {
    computeMs: (from, to) => (to - from) / 2,
    loadMs: (tokens, tier) => (tier === 'device' ? 0 : tokens / 20),
    footprintBytes: (tokens) => tokens * 1_000,
  };
  readonly #hooks: EngineHooks;
  #host: EngineHost | undefined;

  constructor(hooks: EngineHooks) {
    this.#hooks = hooks;
    this.transport = {
      baseURL: 'http://engine.invalid/v1',
      apiKey: 'none',
      fetch: async () => {
        await hooks.send?.();
        return Response.json(reply);
      },
    };
  }

  /** @throws {TypeError} before the runtime opened it */
  get host(): EngineHost {
    if (this.#host === undefined) throw new TypeError('the engine is not open');
    return this.#host;
  }

  open(host: EngineHost): Promise<Capabilities> {
    this.#host = host;
    return Promise.resolve(capabilities);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  identify(body: RequestBody): readonly PrefixLink[] {
    return this.#hooks.identify(body);
  }

  decorate(body: RequestBody): RequestBody {
    return this.#hooks.decorate?.(body) ?? body;
  }

  usage(): { readonly input: number; readonly output: number } {
    const { prompt_tokens: input, completion_tokens: output } = reply.usage;
    this.#hooks.usage?.();
    return { input, output };
  }

  load(): { readonly running: number; readonly waiting: number; readonly ageMs: number } {
    return { running: 0, waiting: 0, ageMs: 0 };
  }

  submit({ id }: Ticket): void {
    this.host.settle({
      id,
      state: 'skipped-resident',
      mode: 'ranked',
      evidence: 'exact',
      computedTokens: 0,
      movedBytes: 0,
      engineMs: 0,
    });
  }
}
