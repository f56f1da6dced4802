import type { Arbiter } from './arbiter.ts';
import { contextOver, type World } from './decision-record.ts';
import type { EngineDriver } from './engine-driver.ts';
import type { EventOf, RuntimeEvent } from './events.ts';
import type { CallId, EndpointId, Milliseconds } from './identities.ts';
import type { Intent, Outcome, Ticket, Verification } from './intents.ts';
import type { BackgroundOccasion, CallDraft, PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { ModelledActs } from './modelled-acts.ts';
import { moneyOfPrewarm, type MoneyValue } from './money-value.ts';
import type { Clock } from './ports.ts';
import { PrefetchLedger } from './prefetch-ledger.ts';
import type { PromptMemory } from './prompt-memory.ts';
import type { Recorder } from './recorder.ts';
import { Renewals } from './renewals.ts';
import { RetentionSweeps } from './retention-sweeps.ts';
import type { RuntimeReport } from './runtime.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { Tally } from './tally.ts';
import type { Usage } from './usage.ts';

interface BackgroundParts {
  readonly clock: Clock;
  readonly host: PolicyHost;
  readonly arbiter: Arbiter;
  readonly world: World;
  readonly recorder: Recorder;
  readonly tally: Tally;
  readonly driver: (endpoint: EndpointId) => EngineDriver;
  /** What a policy without a mode of its own does there now. */
  readonly mode: (endpoint: EndpointId) => PolicyMode;
  readonly memory: PromptMemory;
  readonly modelled: ModelledActs;
  /** Where outcomes are said. */
  readonly say: (outcome: Outcome) => void;
}

type Cause = Pick<EventOf<'intent-settle'>, 'session' | 'tenant' | 'endpoint'>;

/** Wishes of policies off the request path: asked for, admitted or refused, submitted, settled once. */
export class BackgroundActs {
  readonly ledger: PrefetchLedger;
  readonly sweeps: RetentionSweeps;
  readonly renewals: Renewals;
  readonly #parts: BackgroundParts;
  #admitted = 0;
  #computedTokens = 0;
  #engineMs: Milliseconds = 0;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
    this.ledger = new PrefetchLedger((use) => parts.modelled.prefetched(use));
    const start = (ticket: Ticket, driver: EngineDriver): void => {
      this.#admitted += 1;
      this.ledger.admit(ticket, parts.world.residency.of(ticket.intent.prefix));
      this.#start(ticket, driver);
    };
    this.renewals = new Renewals({ ...parts, start });
    this.sweeps = new RetentionSweeps({
      ...parts,
      isSendable: (prefix) => parts.memory.materialise(prefix) !== undefined,
      start,
    });
  }

  /** A tool that runs, a user who is away, a session that ends: chances to act off the path. */
  seize(event: RuntimeEvent, sessions: SessionRegistry, mode: PolicyMode): void {
    const { type } = event;
    if (type !== 'tool-start' && type !== 'session-pause' && type !== 'session-close') return;
    const { session } = event;
    if (type === 'session-close') this.sweeps.sessionClosed(session);
    if (type !== 'tool-start') this.ask({ type, session }, mode);
    const after = sessions.lastCall(session);
    if (type === 'session-close' || after === undefined) return;
    const why = type === 'tool-start' ? 'tool' : 'user';
    this.ask({ type: 'gap', session, why, after }, mode);
  }

  /** What the end of a call shows of the acts that it covers. */
  verified(call: CallId, usage: Usage | undefined): readonly Verification[] {
    return this.ledger.callEnded(call, usage).map(({ intent, seen, verification }) => {
      if (seen !== undefined) this.#parts.arbiter.shown(intent, seen);
      return verification;
    });
  }

  callEnded(draft: CallDraft, usage: Usage | undefined): void {
    this.sweeps.callEnded(draft, usage);
    this.renewals.callEnded(draft.prefixes);
  }

  /** Time has passed: touches first, then what policies wish. */
  tick(mode: PolicyMode): void {
    this.sweeps.tick();
    this.ask({ type: 'tick' }, mode);
  }

  /** Asks every policy that may act in `mode` what it wishes, and carries out what is admitted. */
  ask(occasion: BackgroundOccasion, mode: PolicyMode): void {
    const { arbiter, clock, host, recorder, tally, world: outside } = this.#parts;
    // A wish made while the engine is busy would only be refused; the next tick asks again.
    if (occasion.type !== 'session-close' && !arbiter.accepts) return;
    const { world, answers } = recorder.world(outside);
    const context = contextOver(host, world, clock.now());
    const wishes = host.background(occasion, context, mode);
    const intents = wishes.map(({ wish }) => wish);
    const atMs = context.nowMs;
    recorder.decision({ type: 'background', atMs, occasion, mode, answers, intents });
    for (const { policy, wish } of wishes) {
      try {
        this.#submit(wish, policy);
      } catch {
        // A wish that cannot be read, or an engine that cannot be asked: who said the event must not notice.
        tally.count('fault');
      }
    }
  }

  #submit(intent: Intent, policy: string): void {
    const { arbiter, world, tally, driver } = this.#parts;
    const money = this.#moneyOf(intent);
    const admitted = arbiter.admit(intent, { policy, ...(money && { money }) });
    if ('refused' in admitted) {
      tally.count(admitted.refused);
      return;
    }
    this.#admitted += 1;
    const held = world.residency.of(intent.prefix);
    this.ledger.admit(admitted, held);
    if (intent.kind === 'prefetch') {
      // Before it: what a warm-up displaces should be the least of it.
      this.sweeps.sweep(intent.prefix.scope.endpoint, intent.prefix.tokens - held.tokens);
    }
    this.#start(admitted, driver(intent.prefix.scope.endpoint));
  }

  /** Undefined where the act is free, or where a policy wishes what is not a policy's to wish. */
  #moneyOf(intent: Intent): MoneyValue | undefined {
    if (intent.kind !== 'prefetch') return undefined;
    const { arbiter, world } = this.#parts;
    const { scope } = intent.prefix;
    return moneyOfPrewarm(intent, world.cost(scope), arbiter.waitUsdPerSecond(scope.endpoint));
  }

  /** A driver never throws; one that does must not keep its reservation. */
  #start(ticket: Ticket, driver: EngineDriver): void {
    try {
      driver.submit(ticket);
    } catch (error) {
      this.#parts.say({
        id: ticket.id,
        state: 'failed',
        mode: 'none',
        evidence: 'absent',
        computedTokens: 0,
        movedBytes: 0,
        engineMs: 0,
        reason: String(error),
      });
    }
  }

  /** @returns for whom it was done and where, or undefined when it was settled before */
  settle(outcome: Outcome): Cause | undefined {
    const ticket = this.#parts.arbiter.settle(outcome);
    if (ticket === undefined) return undefined;
    this.#computedTokens += outcome.computedTokens;
    this.#engineMs += outcome.engineMs;
    this.ledger.settle(outcome);
    this.#parts.modelled.settled(ticket, outcome);
    this.sweeps.settled(ticket, outcome);
    this.renewals.settled(ticket, outcome);
    if (outcome.state === 'refused') this.#parts.tally.count('refused-by-engine');
    const { intent } = ticket;
    const { endpoint, namespace } = intent.prefix.scope;
    return {
      endpoint,
      ...(intent.kind === 'prefetch' ? { session: intent.session } : {}),
      ...(namespace === '' ? {} : { tenant: namespace }),
    };
  }

  report(): RuntimeReport['background'] {
    const { issued, used, wastedTokens } = this.ledger;
    return {
      admitted: this.#admitted,
      refused: this.#parts.tally.snapshot(),
      computedTokens: this.#computedTokens,
      engineMs: this.#engineMs,
      prefetch: { issued, used, wastedTokens },
      touches: this.sweeps.report(),
    };
  }
}
