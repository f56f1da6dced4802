import type { Arbiter } from './arbiter.ts';
import { contextOver, type World } from './decision-record.ts';
import type { Capabilities, EngineDriver } from './engine-driver.ts';
import type { EndpointId, PrefixId, PrefixRef } from './identities.ts';
import type { Ticket } from './intents.ts';
import type { PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Clock } from './ports.ts';
import type { Recorder } from './recorder.ts';
import { rankHorizonMs } from './retention-planner.ts';
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
  readonly start: (ticket: Ticket, driver: EngineDriver) => void;
}

/** An engine that is kept in order by touches. */
interface Swept {
  readonly driver: EngineDriver;
  /** Prefixes whose touch is under way: the newest wish per prefix stands, and that is it. */
  readonly open: Map<PrefixId, Ticket>;
  /** Tokens that went into the cache since the last sweep. */
  inflow: number;
  /** What went in from sweep to sweep at most, older intervals counting less. */
  expected: number;
}

/** The touches are the host's own acts, carried out for whichever policy scores prefixes. */
const actor = 'retention';
/** A busy interval is remembered for some ten sweeps. */
const fading = 0.93;

/**
 * Carries an order of worth to engines that know age alone: before something comes in, what is worth more than its age
 * says is sent again, least worthy first. Never while requests wait, and within the engine's budget.
 */
export class RetentionSweeps {
  readonly #parts: SweepParts;
  readonly #engines = new Map<EndpointId, Swept>();
  #issued = 0;
  #computedTokens = 0;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  opened(driver: EngineDriver, { retention }: Capabilities): void {
    if (retention !== 'touch' || driver.evictionOrder === undefined) return;
    this.#engines.set(driver.endpoint, { driver, open: new Map(), inflow: 0, expected: 0 });
  }

  /** A call is over: what it computed has displaced something, and the next one will. */
  callEnded(endpoint: EndpointId, usage: Usage | undefined): void {
    const engine = this.#engines.get(endpoint);
    if (engine === undefined) return;
    if (usage !== undefined) {
      engine.inflow += usage.input - (usage.cacheRead ?? 0) + usage.output;
    }
    this.sweep(endpoint);
  }

  tick(): void {
    for (const endpoint of this.#engines.keys()) this.sweep(endpoint);
  }

  /** @param moreTokens - what is about to come in besides the usual, such as a warm-up */
  sweep(endpoint: EndpointId, moreTokens = 0): void {
    const engine = this.#engines.get(endpoint);
    if (engine === undefined) return;
    const { arbiter, host, mode, tally } = this.#parts;
    if (engine.inflow > 0) {
      engine.expected = Math.max(engine.inflow, engine.expected * fading);
      engine.inflow = 0;
    }
    if (!host.ranks(mode(endpoint)) || !arbiter.touches(endpoint)) return;
    try {
      this.#sweep(engine, engine.expected + moreTokens);
    } catch {
      // An engine or a policy that cannot be asked: whoever ended a call must not notice.
      tally.count('sweep-fault');
    }
  }

  #sweep({ driver, open }: Swept, roomTokens: number): void {
    const { arbiter, clock, host, isSendable, recorder, start, world: outside } = this.#parts;
    const order = driver.evictionOrder?.();
    if (order === undefined) return;
    const { world, answers } = recorder.world(outside);
    const context = contextOver(host, world, clock.now());
    const touches = planTouches(order, roomTokens, context);
    if (touches.length === 0) return;
    const atMs = context.nowMs;
    recorder.decision({ type: 'touches', atMs, order, roomTokens, answers, touches });
    const tickets: Ticket[] = [];
    // The budget goes to the worthiest first; they are sent last.
    for (const { prefix, worth, engineMs } of touches.toReversed()) {
      if (open.has(prefix.id) || !isSendable(prefix)) continue;
      const untilMs = atMs + rankHorizonMs;
      const wish = { kind: 'retain', prefix, worth, untilMs } as const;
      const ticket = arbiter.admit(wish, { policy: actor, engineMs });
      if ('refused' in ticket) break;
      open.set(prefix.id, ticket);
      tickets.push(ticket);
    }
    for (const ticket of tickets.toReversed()) start(ticket, driver);
  }

  settled({ id, intent }: Ticket, { computedTokens }: { readonly computedTokens: number }): void {
    if (intent.kind !== 'retain') return;
    const { prefix } = intent;
    const open = this.#engines.get(prefix.scope.endpoint)?.open;
    if (open?.get(prefix.id)?.id !== id) return;
    open.delete(prefix.id);
    if (computedTokens === 0) return;
    this.#issued += 1;
    this.#computedTokens += computedTokens;
  }

  report(): { readonly issued: number; readonly computedTokens: number } {
    return { issued: this.#issued, computedTokens: this.#computedTokens };
  }
}
