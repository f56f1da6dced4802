import type { Policy, PrefixRef } from '@entresol/runtime-core';
import type { CacheView, ExpectedPrompt, SeenCall } from '../cache/replacement.ts';
import type { SeatContext } from './seat-context.ts';

/** Tells a policy of replayed calls in the events that a live runtime would have. */
export class SeatEvents {
  readonly #policy: Policy;
  readonly #context: SeatContext;
  readonly #cache: CacheView;
  readonly #workload: string;
  readonly #lastCall: (string | undefined)[] = [];

  constructor(policy: Policy, context: SeatContext, cache: CacheView) {
    this.#policy = policy;
    this.#context = context;
    this.#cache = cache;
    this.#workload = cache.load.trace.workload;
    const { topology } = cache.load.trace;
    if (topology !== undefined) {
      this.#policy.observe?.(
        { type: 'topology-declare', atMs: 0, workload: this.#workload, topology },
        context,
      );
    }
  }

  /** Index within its session of a call, from its id. */
  static indexOf(call: string): number {
    return Number(call.slice(call.lastIndexOf('/') + 1));
  }

  /** The call is queued. */
  started({ session, index, block }: SeenCall, prefixes: readonly PrefixRef[]): void {
    const at = this.#at(session);
    if (index === 0) this.#policy.observe?.({ type: 'session-start', ...at }, this.#context);
    const previous = this.#lastCall[session];
    this.#policy.observe?.(
      {
        type: 'call-start',
        ...at,
        ...this.#call(session, index, block.agent),
        attempt: 1,
        prefixes,
        ...(previous === undefined ? {} : { previous }),
      },
      this.#context,
    );
    this.#lastCall[session] = this.#call(session, index, block.agent).call;
  }

  /** The engine has computed the prompt, and written the reply. */
  ended({ session, index, block }: SeenCall, cachedTokens: number): void {
    const at = this.#at(session);
    const call = this.#call(session, index, block.agent);
    this.#policy.observe?.({ type: 'call-first-token', ...at, ...call }, this.#context);
    const { promptTokens: input, outputTokens: output } = block;
    this.#policy.observe?.(
      { type: 'call-end', ...at, ...call, usage: { input, cacheRead: cachedTokens, output } },
      this.#context,
    );
  }

  /** What the policy wants computed ahead, now that the call has ended. */
  wished({ session, index, block }: SeenCall): ExpectedPrompt | undefined {
    const { call } = this.#call(session, index, block.agent);
    const { session: id } = this.#at(session);
    const occasion = { type: 'gap', why: 'tool', session: id, after: call } as const;
    const intents = this.#policy.act?.background?.(occasion, this.#context) ?? [];
    for (const intent of intents) {
      if (intent.kind !== 'prefetch') continue;
      const { agent, session: owner } = intent.prefix;
      const known = this.#cache.load.trace.agents.indexOf(agent);
      if (known >= 0) return { agent: known, part: owner === undefined ? 'role' : 'whole' };
    }
    return undefined;
  }

  closed(session: number): void {
    this.#policy.observe?.(
      { type: 'session-close', ...this.#at(session), why: 'told' },
      this.#context,
    );
  }

  #at(session: number): {
    readonly atMs: number;
    readonly workload: string;
    readonly session: string;
  } {
    return {
      atMs: this.#context.nowMs,
      workload: this.#workload,
      session: this.#cache.load.trace.sessions[session]?.id ?? String(session),
    };
  }

  #call(
    session: number,
    index: number,
    agent: number,
  ): { readonly call: string; readonly dispatch: string; readonly agent: string } {
    const call = `${session}/${index}`;
    return {
      call,
      dispatch: call,
      agent: this.#cache.load.trace.agents[agent] ?? String(agent),
    };
  }
}
