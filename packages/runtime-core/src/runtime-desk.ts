import type { Arbiter } from './arbiter.ts';
import { BackgroundActs } from './background-acts.ts';
import { draftCall } from './call-drafting.ts';
import type { CallGate } from './call-gate.ts';
import type { CallQueues } from './call-queues.ts';
import { contextOver, type World } from './decision-record.ts';
import type { Capabilities, EngineDriver, EngineHost, RequestBody } from './engine-driver.ts';
import { createEngineHost } from './engine-host.ts';
import { engineWorld } from './engine-world.ts';
import type { RuntimeEvent, SessionCloseReason } from './events.ts';
import type { CallIdentity, FrameworkLink } from './framework.ts';
import type { CallId, EndpointId, Milliseconds, SessionId } from './identities.ts';
import type { Outcome } from './intents.ts';
import { InlineActs } from './inline-acts.ts';
import { ModelledActs } from './modelled-acts.ts';
import type { CallDesk, PreparedCall } from './managed-client.ts';
import type { CallDraft, PolicyContext, PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { PolicyStanding } from './policy-standing.ts';
import type { Clock } from './ports.ts';
import { PrefetchLedger } from './prefetch-ledger.ts';
import { PromptMemory } from './prompt-memory.ts';
import { Recorder } from './recorder.ts';
import { endpointReports, stateBytes } from './report-parts.ts';
import type { RuntimeOptions, RuntimeReport } from './runtime.ts';
import { SessionRegistry } from './session-registry.ts';
import { Tally } from './tally.ts';
import type { Usage } from './usage.ts';

interface DeskParts {
  readonly options: RuntimeOptions;
  readonly heard?: ((event: RuntimeEvent) => void) | undefined;
  readonly clock: Clock;
  readonly host: PolicyHost;
  readonly standing: PolicyStanding;
  readonly arbiter: Arbiter;
  readonly gate: CallGate;
  readonly drivers: ReadonlyMap<string, EngineDriver>;
  readonly queues: CallQueues;
}

type Place = Pick<CallIdentity, 'workload' | 'session' | 'call' | 'dispatch' | 'agent'> & {
  readonly atMs: number;
};
type Arrival = Omit<PreparedCall, 'plan' | 'arrival'> & Pick<FrameworkLink, 'port'>;

/** Where events, calls, policies and engines meet: the one place that knows both sides. */
export class RuntimeDesk implements CallDesk {
  readonly gate: CallGate;
  readonly queues: CallQueues;
  readonly inline: InlineActs;
  readonly prompts: PromptMemory;
  readonly modelled: ModelledActs;
  ready: Promise<void> = Promise.resolve();
  readonly #parts: DeskParts;
  readonly #byEndpoint: ReadonlyMap<EndpointId, EngineDriver>;
  readonly #sessions = new SessionRegistry();
  readonly #links = new Set<FrameworkLink>();
  readonly #running = new Map<CallId, PreparedCall>();
  readonly #tally = new Tally();
  readonly #recorder: Recorder;
  readonly #world: World;
  readonly #acts: BackgroundActs;
  readonly #warnings: string[] = [];
  #worthVersion = 0;
  #managed = 0;
  #unmanaged = 0;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.gate = parts.gate;
    const drivers = [...parts.drivers.values()];
    this.#byEndpoint = new Map(drivers.map((driver) => [driver.endpoint, driver]));
    this.queues = parts.queues;
    this.#recorder = new Recorder(parts.options.recorder, this.#tally);
    this.prompts = new PromptMemory({
      identify: (body, scope) => this.#of(scope.endpoint).identify(body, scope),
      comparesPrompts: parts.host.wants('continued-prompts'),
    });
    const of = (endpoint: EndpointId): EngineDriver => this.#of(endpoint);
    this.#world = engineWorld(of, (driver) => this.queues.loadOf(driver), this.prompts);
    const { standing } = parts;
    const mode = (endpoint?: EndpointId): PolicyMode => standing.mode(endpoint);
    const [world, tally, recorder] = [this.#world, this.#tally, this.#recorder];
    const modelled = (this.modelled = new ModelledActs({ standing, world, tally }));
    const shared = { ...parts, mode, world, tally, recorder, modelled };
    this.#acts = new BackgroundActs({
      ...shared,
      driver: of,
      memory: this.prompts,
      say: (outcome) => this.#settle(outcome),
    });
    this.inline = new InlineActs({
      ...shared,
      serveDeadlineMs: parts.options.serveDeadlineMs,
      context: () => this.#context(),
      hasQueue: ({ scope }) => this.queues.has(scope.endpoint),
      stopped: () => standing.stopped,
    });
  }

  #of(id: EndpointId): EngineDriver {
    const driver = this.#byEndpoint.get(id);
    if (driver === undefined) throw new RangeError(`no driver for endpoint "${id}"`);
    return driver;
  }

  driver(endpoint: string): EngineDriver | undefined {
    return this.#parts.drivers.get(endpoint) ?? this.#byEndpoint.get(endpoint);
  }

  #context(world = this.#world): PolicyContext {
    return contextOver(this.#parts.host, world, this.#parts.clock.now());
  }

  opened(driver: EngineDriver, capabilities: Capabilities): void {
    this.#parts.standing.opened(driver.endpoint, capabilities.exclusive);
    this.inline.lives.opened(driver.endpoint, capabilities);
    this.#acts.sweeps.opened(driver, capabilities);
  }

  engineHost({ endpoint }: EngineDriver): EngineHost {
    return createEngineHost({
      clock: this.#parts.clock,
      recorder: this.#recorder,
      tally: this.#tally,
      world: this.#world,
      endpoint,
      valuation: () => this.#parts.standing.valuation(endpoint),
      modelled: this.modelled,
      context: (world) => this.#context(world),
      worthVersion: () => this.#worthVersion,
      memory: this.prompts,
      emit: (event) => this.observe(event),
      settle: (outcome) => this.#settle(outcome),
    });
  }

  observe(event: RuntimeEvent): void {
    this.#worthVersion += 1;
    this.#sessions.observe(event);
    this.#parts.heard?.(event);
    const { world, answers } = this.#recorder.world(this.#world);
    // The event's own time, so that a replay of the recording sees what was seen live.
    this.#parts.host.observe(event, contextOver(this.#parts.host, world, event.atMs));
    this.#recorder.event(event, answers);
    if (event.type === 'session-close') this.prompts.close(event.session);
    const { standing } = this.#parts;
    if (!standing.stopped) this.#acts.seize(event, this.#sessions, standing.mode());
  }

  link(framework: FrameworkLink): () => void {
    this.#links.add(framework);
    return () => this.#links.delete(framework);
  }

  prepare(body: RequestBody, driver: EngineDriver): PreparedCall | undefined {
    try {
      for (const link of this.#links) {
        const identity = link.identify(body);
        if (identity === undefined) continue;
        const { tenantOf } = this.#parts.options;
        const tenant = tenantOf?.(identity.metadata);
        // Where tenants are told apart, a call without one is nobody's: nothing is learned from it.
        if (tenantOf !== undefined && !tenant) return undefined;
        const layout = this.inline.layOut(identity, body, driver.endpoint, tenant);
        const draft = draftCall(identity, layout.body, driver, tenant);
        return this.#start({ identity, draft, layout, port: link.port });
      }
    } catch {
      // Fails open: what we cannot read, the engine answers as it would without us.
      this.#tally.count('call-fault');
    }
    return undefined;
  }

  /** From here on nothing throws: what began with `call-start` ends with `call-end` or `call-fail`. */
  #start({ identity, draft, layout, port }: Arrival): PreparedCall {
    const { agent, session, call, attempt, previous } = identity;
    const { prefixes, scope } = draft;
    this.#makeWay(draft);
    const continues = this.prompts.remember(agent, session, layout.body, prefixes, call);
    this.#managed += 1;
    this.observe({
      type: 'call-start',
      ...this.#place(identity),
      prefixes,
      attempt,
      ...(previous === undefined ? {} : { previous }),
      ...(continues === undefined ? {} : { continues }),
      ...(scope.namespace === '' ? {} : { tenant: scope.namespace }),
    });
    this.modelled.called(draft);
    const plan = this.inline.plan(draft, this.#running.values(), port);
    const prepared = { identity, draft, plan, layout, arrival: this.#managed };
    this.#running.set(call, prepared);
    return prepared;
  }

  /** Books the idle time that ends now; background work that the call does not take over gives way. */
  #makeWay(draft: CallDraft): void {
    const { endpoint } = draft.scope;
    this.#parts.arbiter.begin(endpoint);
    this.#parts.arbiter.yieldTo(endpoint, ({ prefix }) => PrefetchLedger.covers(prefix, draft));
    this.#acts.ledger.callStarted(draft);
    this.gate.started(draft.call);
  }

  #place({ workload, session, call, dispatch, agent }: CallIdentity): Place {
    return { atMs: this.#parts.clock.now(), workload, session, call, dispatch, agent };
  }

  sent({ identity }: PreparedCall, waitedMs: Milliseconds): void {
    this.observe({ type: 'call-send', ...this.#place(identity), waitedMs });
  }

  firstToken({ identity }: PreparedCall): void {
    this.observe({ type: 'call-first-token', ...this.#place(identity) });
    this.gate.reached(identity.call, 'call-first-token');
  }

  ended(call: PreparedCall, usage: Usage | undefined): void {
    this.#finish(call, usage);
    this.observe({ type: 'call-end', ...this.#place(call.identity), ...(usage && { usage }) });
    this.gate.reached(call.identity.call, 'call-end');
    this.#acts.callEnded(call.draft, usage);
    // Last, so that who chooses the next call has heard how this one ended.
    this.queues.leave(call);
  }

  failed(call: PreparedCall, code: string): void {
    this.#finish(call, undefined);
    this.observe({ type: 'call-fail', ...this.#place(call.identity), code });
    this.gate.reached(call.identity.call, 'call-fail');
    this.queues.leave(call);
  }

  #finish({ identity, draft }: PreparedCall, usage: Usage | undefined): void {
    const { atMs, workload } = this.#place(identity);
    this.#running.delete(draft.call);
    this.#parts.arbiter.note(draft.scope.endpoint);
    for (const verification of this.#acts.verified(draft.call, usage)) {
      this.observe({ type: 'intent-verify', atMs, workload, verification });
    }
  }

  unmanaged(): void {
    this.#unmanaged += 1;
  }

  closeSession(session: SessionId, why: SessionCloseReason): void {
    const workload = this.#sessions.workload(session);
    if (workload === undefined) return;
    this.observe({ type: 'session-close', atMs: this.#parts.clock.now(), workload, session, why });
  }

  tick(): void {
    for (const { session } of this.#sessions.idle(this.#parts.clock.now())) {
      this.closeSession(session, 'idle');
    }
    const { drivers, arbiter, standing } = this.#parts;
    for (const { endpoint } of drivers.values()) arbiter.note(endpoint);
    if (this.#sessions.size > 0 && !standing.stopped) this.#acts.tick(standing.mode());
  }

  #settle(outcome: Outcome): void {
    const cause = this.#acts.settle(outcome);
    if (cause === undefined) return;
    const workload = (cause.session && this.#sessions.workload(cause.session)) ?? '';
    const atMs = this.#parts.clock.now();
    this.observe({ type: 'intent-settle', atMs, workload, outcome, ...cause });
  }

  stopActing(): void {
    this.#parts.standing.stop();
    this.#parts.arbiter.stop();
    this.gate.release();
    this.queues.open();
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  report(): RuntimeReport {
    return {
      managedCalls: this.#managed,
      unmanagedCalls: this.#unmanaged,
      policies: this.#parts.host.report(this.#parts.standing.mode()),
      ...this.inline.report(),
      background: this.#acts.report(),
      stateBytes: stateBytes(this.#parts.host),
      warnings: [...this.#warnings],
      endpoints: endpointReports(this.#byEndpoint, this.#parts, this.#acts.renewals),
    };
  }
}
