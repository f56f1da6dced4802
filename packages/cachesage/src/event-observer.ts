import type {
  PolicyContext,
  PrefixId,
  PrefixRef,
  RuntimeEvent,
  SessionId,
  Topology,
  WorkloadId,
} from '@entresol/runtime-core';
import { CalibrationTally } from './calibration.ts';
import type { LeftOut } from './estimator-parts.ts';
import type { Foresight } from './markov/foreseen-passage.ts';
import { SessionTrack } from './session-track.ts';
import { WorkloadModel } from './workload-model.ts';

const priorSources = ['declared', 'none'] as const;
/** What transition rows hold before anything is counted: the declared graph, or nothing. */
export type PriorSource = (typeof priorSources)[number];

const maxSessions = 4096;
const maxRoles = 4096;

/** Agents that one role prefix was seen with, in one workload. */
export interface RoleOwner {
  readonly model: WorkloadModel;
  readonly agents: Set<number>;
  /** Length of the role prefix. */
  readonly tokens: number;
}

type InSession = Extract<RuntimeEvent, { readonly session: SessionId }>;

/** Keeps the models, live sessions and known role prefixes up to date with the events. */
export class EventObserver {
  readonly #prior: PriorSource;
  readonly #without: LeftOut;
  readonly #foresight: Foresight | undefined;
  readonly calibration: CalibrationTally = new CalibrationTally();
  readonly #models = new Map<string, WorkloadModel>();
  readonly #topologies = new Map<WorkloadId, Topology>();
  readonly #sessions = new Map<SessionId, SessionTrack>();
  readonly #roles = new Map<PrefixId, RoleOwner[]>();

  /** @throws {RangeError} on a source that is not known */
  constructor(prior: PriorSource, without: LeftOut, foresight?: Foresight) {
    if (!priorSources.includes(prior)) {
      throw new RangeError(
        `prior is ${JSON.stringify(prior)}; it must be one of ${priorSources.join(', ')}`,
      );
    }
    this.#prior = prior;
    this.#without = without;
    this.#foresight = foresight;
  }

  models(): ReadonlyMap<string, WorkloadModel> {
    return this.#models;
  }

  model(workload: WorkloadId): WorkloadModel | undefined {
    return this.#models.get(modelKey(workload, undefined));
  }

  session(id: SessionId): SessionTrack | undefined {
    return this.#sessions.get(id);
  }

  sessions(): Iterable<SessionTrack> {
    return this.#sessions.values();
  }

  roleOwners(role: PrefixId): readonly RoleOwner[] {
    return this.#roles.get(role) ?? [];
  }

  /** Replaces all models: learned state of an earlier process. Live sessions start anew. */
  replace(models: ReadonlyMap<string, WorkloadModel>): void {
    this.#models.clear();
    this.#sessions.clear();
    this.#roles.clear();
    for (const [key, model] of models) {
      this.#models.set(key, model);
      // What this process was told about the graph is newer than what was saved.
      const topology = this.#topologies.get(workloadOf(key));
      if (topology !== undefined) model.declare(topology);
      // The state may come from a process that heard declarations.
      else if (this.#prior === 'none') model.prior.declareEdges([]);
    }
  }

  observe(event: RuntimeEvent, { residency }: PolicyContext): void {
    switch (event.type) {
      case 'topology-declare':
        if (this.#prior === 'declared') this.#declare(event.workload, event.topology);
        break;
      case 'session-start':
        this.#sessionOf(event);
        break;
      case 'session-pause':
        this.#changed(event).pause(event.atMs);
        break;
      case 'session-close':
        if (!this.#without.has('session-end')) this.#close(event.session);
        break;
      case 'dispatch-start':
        this.#sessionOf(event).dispatchStart(event.dispatch, event.after);
        break;
      case 'call-start': {
        const session = this.#changed(event);
        session.callStart(event, residency);
        for (const prefix of event.prefixes) {
          if (prefix.session === undefined) this.#ownRole(prefix, session.model);
        }
        break;
      }
      case 'call-end':
        this.#changed(event).callEnd(event.call, event.atMs, { usage: event.usage, failed: false });
        break;
      case 'call-fail':
        this.#changed(event).callEnd(event.call, event.atMs, { failed: true });
        break;
      case 'tool-start':
        this.#changed(event).toolStart(event.dispatch);
        break;
      case 'engine-store':
        this.#prefetched(event.prefix.id);
        break;
      case 'call-first-token':
        this.#changed(event).callBegun(event.call);
        break;
      case 'dispatch-end':
      case 'call-send':
      case 'tool-end':
      case 'tool-fail':
      case 'engine-remove':
      case 'engine-pressure':
      case 'intent-settle':
      case 'intent-verify':
        break;
      default:
        unreachable(event);
    }
  }

  /** The session of an event after which nothing remembered of its model holds. */
  #changed(event: InSession): SessionTrack {
    const session = this.#sessionOf(event);
    session.model.touch();
    return session;
  }

  #declare(workload: WorkloadId, topology: Topology): void {
    this.#topologies.set(workload, topology);
    this.#modelOf(modelKey(workload, undefined), workload);
    for (const [key, model] of this.#models) {
      if (workloadOf(key) !== workload) continue;
      model.declare(topology);
    }
  }

  #modelOf(key: string, workload: WorkloadId): WorkloadModel {
    let model = this.#models.get(key);
    if (model === undefined) {
      model = new WorkloadModel(this.calibration, this.#without);
      const topology = this.#topologies.get(workload);
      if (topology !== undefined) model.declare(topology);
      this.#models.set(key, model);
    }
    return model;
  }

  /** The live session of an event; one not heard of starts with it. */
  #sessionOf({ session: id, workload, tenant, atMs }: InSession): SessionTrack {
    const known = this.#sessions.get(id);
    const key = modelKey(workload, tenant);
    const model = this.#modelOf(key, workload);
    if (known?.model === model) return known;
    // The same thread in another graph is another session: its branches have nothing in common.
    if (known !== undefined) this.#close(id);
    const session = new SessionTrack(id, model, atMs, this.#foresight);
    this.#sessions.set(id, session);
    model.sessions.add(session);
    model.arrivals.observe(atMs);
    model.touch();
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#forget(oldest);
    return session;
  }

  #close(id: SessionId): void {
    this.#sessions.get(id)?.close();
    this.#forget(id);
  }

  #forget(id: SessionId): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.release();
    this.#sessions.delete(id);
    session.model.sessions.delete(session);
    session.model.touch();
  }

  #ownRole({ id: role, tokens, agent }: PrefixRef, model: WorkloadModel): void {
    const symbol = model.symbols.intern(agent);
    const owners = this.#roles.get(role) ?? [];
    const owner = owners.find((each) => each.model === model);
    if (owner !== undefined) {
      owner.agents.add(symbol);
      return;
    }
    this.#roles.set(role, [...owners, { model, agents: new Set([symbol]), tokens }]);
    const oldest = this.#roles.keys().next().value;
    if (this.#roles.size > maxRoles && oldest !== undefined) this.#roles.delete(oldest);
  }

  #prefetched(prefix: PrefixId): void {
    for (const session of this.#sessions.values()) {
      if (session.prefetch?.prefix === prefix) session.prefetch = undefined;
    }
  }
}

/** Tenants share a workload's declared graph and nothing that was learned. */
function modelKey(workload: WorkloadId, tenant: string | undefined): string {
  return tenant === undefined ? workload : `${workload}\u0000${tenant}`;
}

function workloadOf(key: string): WorkloadId {
  return key.split('\u0000', 1)[0] ?? key;
}

function unreachable(value: never): never {
  throw new TypeError(`unknown event ${JSON.stringify(value)}`);
}
