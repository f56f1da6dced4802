import { Arbiter } from './arbiter.ts';
import { CallGate } from './call-gate.ts';
import { CallQueues } from './call-queues.ts';
import { RuntimeConfigError } from './errors.ts';
import type { EngineDriver, Transport } from './engine-driver.ts';
import { createManagedClient } from './managed-client.ts';
import { markManaged } from './managed-fetch.ts';
import { EffectLedger } from './effect-ledger.ts';
import type { RuntimeEvent } from './events.ts';
import { PolicyHost } from './policy-host.ts';
import { PolicyLedger } from './policy-ledger.ts';
import { PolicyStanding } from './policy-standing.ts';
import { PolicyTrial } from './policy-trial.ts';
import { queuesByEngine } from './queue-options.ts';
import { missingEffects } from './report-parts.ts';
import { RuntimeDesk } from './runtime-desk.ts';
import type { Runtime, RuntimeOptions } from './runtime.ts';
import { StateKeeper } from './state-keeper.ts';
import { createIds, systemClock, systemRandom } from './system.ts';
import { WorkloadClaims } from './workload-claims.ts';

/** How often idle time is booked, paused sessions are looked at, and policies may wish for something. */
const tickMs = 200;
/** Learned state is saved this often, and at close. */
const saveEveryMs = 60_000;

/**
 * Joins engines, policies and frameworks. Returns at once; engines open in the background and the first request waits for
 * them (`ready` says when, and rejects with what went wrong).
 *
 * @throws {RuntimeConfigError} `no-engine`, `duplicate-engine`, `duplicate-policy`, `duplicate-service` or
 *   `unknown-engine`
 * @throws {RangeError} naming the option of `queue` or `trial` that is out of range, or a policy whose mode is none
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? createIds(options.random ?? systemRandom);
  const drivers = namedDrivers(options.engines);
  const policies = options.policies ?? [];
  const trial =
    options.trial && new PolicyTrial(clock, options.trial, options.random ?? systemRandom);
  const host = new PolicyHost(policies, trial);
  const standing = new PolicyStanding(host, policies);
  const gate = new CallGate(clock);
  const wanted = queuesByEngine(options.queue, [...drivers.keys()]);
  const queues = new CallQueues({ clock, gate, drivers, options: wanted });
  const arbiter = new Arbiter({ clock, ids, queued: (endpoint) => queues.waiting(endpoint) });
  const effects = trial && new EffectLedger(trial, policies, standing);
  const heard = effects && ((event: RuntimeEvent): void => effects.observe(event));
  const desk = new RuntimeDesk({
    options,
    heard,
    clock,
    host,
    standing,
    arbiter,
    gate,
    drivers,
    queues,
  });
  queues.listen({
    score: (draft) => desk.inline.scoreOf(draft),
    sent: (call, waitedMs) => desk.sent(call, waitedMs),
  });
  const keeper = options.state && new StateKeeper(options.state, host, (text) => desk.warn(text));
  const ledger = new PolicyLedger({
    effects,
    modelled: desk.modelled.effects,
    policies: () => standing.actors(),
    missing: () => missingEffects(drivers.values(), arbiter),
    store: options.state,
    warn: (text) => desk.warn(text),
  });
  const saveAll = async (): Promise<void> => {
    await keeper?.save();
    await ledger.save();
  };
  let saving: Promise<void> | undefined;
  // One after the other: what was saved last is what stays.
  const save = (): Promise<void> =>
    (saving = saving === undefined ? saveAll() : saving.catch(() => undefined).then(saveAll));
  const claims = new WorkloadClaims();

  const open = async (): Promise<void> => {
    for (const driver of drivers.values()) {
      const capabilities = await driver.open(desk.engineHost(driver));
      arbiter.open(driver, capabilities, options.budget ?? {});
      desk.opened(driver, capabilities);
    }
    await keeper?.load();
    await ledger.load();
  };
  const ready = open();
  // The failure belongs to whoever awaits `ready` or sends a request, not to the process.
  ready.catch(() => undefined);
  desk.ready = ready;

  let cancelTick: (() => void) | undefined;
  let savedAtMs = clock.now();
  let closed: Promise<void> | undefined;
  const tick = (): void => {
    cancelTick = clock.at(clock.now() + tickMs, () => {
      if (closed !== undefined) return;
      desk.tick();
      if (keeper !== undefined && clock.now() - savedAtMs >= saveEveryMs) {
        savedAtMs = clock.now();
        save().catch((error: unknown) => desk.warn(`state was not saved: ${String(error)}`));
      }
      tick();
    });
  };
  tick();

  const close = async (): Promise<void> => {
    cancelTick?.();
    arbiter.stop();
    queues.close(closedError());
    gate.release();
    desk.ready = ready.then(() => Promise.reject(closedError()));
    desk.ready.catch(() => undefined);
    await ready.catch(() => undefined);
    const closing = await Promise.allSettled([...drivers.values()].map((one) => one.close()));
    desk.prompts.clear();
    await save();
    // What was learned is safe; now the caller may hear of an engine that did not close.
    for (const result of closing) if (result.status === 'rejected') throw result.reason;
  };
  const clients = new Map<EngineDriver, Transport>();
  return {
    clock,
    ids,
    ready,
    client(engine) {
      const driver = engine === undefined ? drivers.values().next().value : drivers.get(engine);
      if (driver === undefined) {
        throw new RuntimeConfigError(
          `there is no engine "${engine ?? ''}"; this runtime has ${[...drivers.keys()].join(', ')}`,
          { code: 'unknown-engine', value: engine },
        );
      }
      let client = clients.get(driver);
      if (client === undefined) {
        clients.set(driver, (client = createManagedClient(driver, desk)));
        markManaged(client.fetch);
      }
      return client;
    },
    observe: (event) => desk.observe(event),
    get actsInline() {
      return host.actsInline;
    },
    passage: (occasion, port, signal) => desk.inline.passage(occasion, port, signal),
    link: (framework) => desk.link(framework),
    claimWorkload: (workload, topology) => claims.claim(workload, topology),
    closeSession: (session) => desk.closeSession(session, 'told'),
    stopActing() {
      effects?.stop();
      desk.stopActing();
    },
    report: () => desk.report(),
    ledger: () => ledger.entries(),
    close: () => (closed ??= close()),
  };
}

function closedError(): RuntimeConfigError {
  return new RuntimeConfigError(
    'the runtime was closed; send requests before runtime.close(), or create another runtime',
    { code: 'runtime-closed' },
  );
}

function namedDrivers(engines: RuntimeOptions['engines']): ReadonlyMap<string, EngineDriver> {
  const drivers = isDriver(engines) ? { [engines.endpoint]: engines } : engines;
  const named = new Map(Object.entries(drivers));
  if (named.size === 0) {
    throw new RuntimeConfigError(
      'createRuntime({ engines }) has no engine; give it a driver such as embedded()',
      { code: 'no-engine', value: engines },
    );
  }
  const endpoints = new Set<string>();
  for (const { endpoint } of named.values()) {
    if (endpoints.has(endpoint)) {
      throw new RuntimeConfigError(
        `two engines have the endpoint "${endpoint}"; give each its own, such as embedded({ endpoint: 'strong' })`,
        { code: 'duplicate-engine', value: endpoint },
      );
    }
    endpoints.add(endpoint);
  }
  return named;
}

function isDriver(engines: RuntimeOptions['engines']): engines is EngineDriver {
  return typeof engines['submit'] === 'function';
}
