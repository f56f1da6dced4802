import type { Arbiter } from './arbiter.ts';
import { contextOver, type World } from './decision-record.ts';
import type { Capabilities, EngineDriver } from './engine-driver.ts';
import type { EvictionOrder } from './eviction-order.ts';
import type { Touch } from './held-values.ts';
import type { EndpointId, PrefixId, PrefixRef, SessionId } from './identities.ts';
import type { Intent, Outcome, Ticket } from './intents.ts';
import type { ModelledActs } from './modelled-acts.ts';
import type { CallDraft, PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Clock } from './ports.ts';
import { planPushes } from './push-planner.ts';
import type { Recorder } from './recorder.ts';
import { rankHorizonMs } from './retention-planner.ts';
import { SessionPrefixes } from './session-prefixes.ts';
import type { Tally } from './tally.ts';
import { planTouches } from './touch-planner.ts';
import type { Usage } from './usage.ts';

interface SweepParts {
  readonly clock: Clock;
  readonly host: PolicyHost;
  readonly arbiter: Arbiter;
  readonly world: World;
  readonly recorder: Recorder;
  readonly tally: Tally;
  readonly mode: (endpoint: EndpointId) => PolicyMode;
  /** Is its text still there? */
  readonly isSendable: (prefix: PrefixRef) => boolean;
  readonly modelled: ModelledActs;
  readonly start: (ticket: Ticket, driver: EngineDriver) => void;
}

type Release = Extract<Intent, { kind: 'release' }>;

/** An engine that is kept in order by touches or pushes. */
interface Swept {
  readonly driver: EngineDriver;
  readonly by: 'touch' | 'push';
  /** What is done with the prompts of a session that will not come back; undefined = they age. */
  readonly closing: Release['how'] | undefined;
  readonly sessions: SessionPrefixes;
  /** Prefixes for which something is under way: the newest wish per prefix stands, and that is it. */
  readonly open: Map<PrefixId, Ticket>;
  /** Tokens that went into the cache since the last sweep. */
  inflow: number;
  /** What went in from sweep to sweep at most, older intervals counting less. */
  expected: number;
}

/** What the sweeps have done. */
export interface SweepReport {
  /** Prefixes sent again, as a touch or to push them, and what that has computed. */
  readonly issued: number;
  readonly computedTokens: number;
  /** Prefixes that are pushed no longer, or dropped. */
  readonly released: number;
}

/** These acts are the host's own, carried out for whichever policy scores prefixes. */
const actor = 'retention';
/** A busy interval is remembered for some ten sweeps. */
const fading = 0.93;
/**
 * A prompt that is let go too early goes by its age, and only if it must; one too few, and the end of what is worth most
 * goes when the next call is longer than those before.
 */
const slack = 1.25;

/**
 * Carries an order of worth to engines that do not ask for one. To those that know age alone: before something comes in,
 * what is worth more than its age says is sent again, least worthy first, never while requests wait, and within the
 * engine's budget. To those that take a push: what is worth least is let go, which costs nothing, and little is sent.
 */
export class RetentionSweeps {
  readonly #parts: SweepParts;
  readonly #engines = new Map<EndpointId, Swept>();
  #issued = 0;
  #computedTokens = 0;
  #released = 0;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  opened(driver: EngineDriver, { retention, demote, drop }: Capabilities): void {
    if (retention !== 'touch' && retention !== 'push') return;
    if (driver.evictionOrder === undefined) return;
    const closing = demote ? 'demote' : 'drop';
    this.#engines.set(driver.endpoint, {
      driver,
      by: retention,
      closing: demote || drop ? closing : undefined,
      sessions: new SessionPrefixes(),
      open: new Map(),
      inflow: 0,
      expected: 0,
    });
  }

  /** A call is over: what it computed has displaced something, and the next one will. */
  callEnded({ scope: { endpoint }, prefixes }: CallDraft, usage: Usage | undefined): void {
    const engine = this.#engines.get(endpoint);
    if (engine === undefined) return;
    if (engine.closing !== undefined) engine.sessions.used(prefixes.at(-1));
    if (usage !== undefined) {
      engine.inflow += usage.input - (usage.cacheRead ?? 0) + usage.output;
    }
    this.sweep(endpoint);
  }

  /** A session will not come back: its prompts need not be kept. */
  sessionClosed(session: SessionId): void {
    for (const engine of this.#engines.values()) {
      const prefixes = engine.sessions.close(session);
      if (engine.closing === undefined || !this.#acts(engine)) continue;
      for (const prefix of prefixes) this.#release(engine, prefix, 'session-close');
    }
  }

  tick(): void {
    for (const endpoint of this.#engines.keys()) this.sweep(endpoint);
  }

  #acts({ driver: { endpoint } }: Swept): boolean {
    return this.#parts.host.ranks(this.#parts.mode(endpoint));
  }

  /** @param moreTokens - what is about to come in besides the usual, such as a warm-up */
  sweep(endpoint: EndpointId, moreTokens = 0): void {
    const engine = this.#engines.get(endpoint);
    if (engine === undefined) return;
    const { arbiter, tally } = this.#parts;
    if (engine.inflow > 0) {
      engine.expected = Math.max(engine.inflow, engine.expected * fading);
      engine.inflow = 0;
    }
    if (!this.#acts(engine)) return;
    // What is let go costs the engine nothing, and is needed most when it is busy.
    if (engine.by === 'touch' && !arbiter.touches(endpoint)) return;
    try {
      const order = engine.driver.evictionOrder?.();
      if (order === undefined) return;
      if (engine.by === 'touch') this.#touch(engine, order, engine.expected + moreTokens);
      else this.#push(engine, order, slack * engine.expected + moreTokens);
    } catch {
      // An engine or a policy that cannot be asked: whoever ended a call must not notice.
      tally.count('sweep-fault');
    }
  }

  #touch(engine: Swept, order: EvictionOrder, roomTokens: number): void {
    const { clock, host, recorder, world: outside } = this.#parts;
    const { world, answers } = recorder.world(outside);
    const context = contextOver(host, world, clock.now());
    const touches = planTouches(order, roomTokens, context);
    if (touches.length === 0) return;
    const atMs = context.nowMs;
    recorder.decision({ type: 'touches', atMs, order, roomTokens, answers, touches });
    for (const { prefix } of this.#send(engine, touches))
      this.#follow(prefix, order, engine.driver);
  }

  #push(engine: Swept, order: EvictionOrder, roomTokens: number): void {
    const { clock, host, recorder, world: outside } = this.#parts;
    const { world, answers } = recorder.world(outside);
    const context = contextOver(host, world, clock.now());
    const plan = planPushes(order, roomTokens, context);
    if (plan.letGo.length === 0 && plan.push.length === 0) return;
    const atMs = context.nowMs;
    recorder.decision({ type: 'pushes', atMs, order, roomTokens, answers, plan });
    for (const prefix of plan.letGo) this.#release(engine, prefix, 'outranked');
    this.#send(engine, plan.push);
  }

  /** @returns what was sent */
  #send({ driver, open }: Swept, touches: readonly Touch[]): readonly Touch[] {
    const { arbiter, clock, isSendable, start } = this.#parts;
    const untilMs = clock.now() + rankHorizonMs;
    const tickets: Ticket[] = [];
    const sent: Touch[] = [];
    // The budget goes to the worthiest first; they are sent last.
    for (const touch of touches.toReversed()) {
      const { prefix, worth, engineMs } = touch;
      if (open.has(prefix.id) || !isSendable(prefix)) continue;
      const wish = { kind: 'retain', prefix, worth, untilMs } as const;
      const ticket = arbiter.admit(wish, { policy: actor, engineMs });
      if ('refused' in ticket) break;
      open.set(prefix.id, ticket);
      tickets.push(ticket);
      sent.push(touch);
    }
    for (const ticket of tickets.toReversed()) start(ticket, driver);
    return sent;
  }

  #release({ driver, open, closing }: Swept, prefix: PrefixRef, why: Release['why']): void {
    if (closing === undefined || open.has(prefix.id)) return;
    const { arbiter, start } = this.#parts;
    const ticket = arbiter.admit({ kind: 'release', prefix, how: closing, why }, { policy: actor });
    if ('refused' in ticket) return;
    open.set(prefix.id, ticket);
    start(ticket, driver);
  }

  /** By its age it would be gone once the engine's oldest is younger than it was. */
  #follow(prefix: PrefixRef, { held }: EvictionOrder, driver: EngineDriver): void {
    const touched = held.find((one) => one.prefix.id === prefix.id);
    if (touched === undefined) return;
    const { ownTokens, lastUsedAtMs } = touched;
    const goneWithout = (): boolean => {
      const oldestMs = driver.evictionOrder?.().held[0]?.lastUsedAtMs;
      return oldestMs !== undefined && oldestMs > lastUsedAtMs;
    };
    const row = { act: 'retention', endpoint: driver.endpoint, carriedOut: 'yes' } as const;
    this.#parts.modelled.kept('score.prefix', row, { prefix, ownTokens, goneWithout });
  }

  settled({ id, intent }: Ticket, { state, computedTokens }: Outcome): void {
    const { kind, prefix } = intent;
    if (kind === 'prefetch') return;
    const open = this.#engines.get(prefix.scope.endpoint)?.open;
    if (open?.get(prefix.id)?.id !== id) return;
    open.delete(prefix.id);
    if (kind === 'release') {
      if (state === 'applied') this.#released += 1;
      return;
    }
    if (computedTokens === 0) return;
    this.#issued += 1;
    this.#computedTokens += computedTokens;
  }

  report(): SweepReport {
    return {
      issued: this.#issued,
      computedTokens: this.#computedTokens,
      released: this.#released,
    };
  }
}
