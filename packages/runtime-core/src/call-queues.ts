import type { CallGate } from './call-gate.ts';
import { CallQueue, type QueueReport } from './call-queue.ts';
import type { EngineDriver } from './engine-driver.ts';
import type { EndpointId, Milliseconds } from './identities.ts';
import type { PreparedCall } from './managed-client.ts';
import type { CallDraft } from './policy.ts';
import type { Clock } from './ports.ts';
import type { CallQueueOptions } from './queue-options.ts';
import type { EngineLoad } from './residency.ts';

interface CallQueuesParts {
  readonly clock: Clock;
  readonly gate: CallGate;
  readonly drivers: ReadonlyMap<string, EngineDriver>;
  /** By name of engine. */
  readonly options: ReadonlyMap<string, Required<CallQueueOptions>>;
}

interface QueueListener {
  /** Larger = sooner; undefined = no opinion. Must not throw. */
  score(draft: CallDraft): number | undefined;
  /** Told of every call that is sent now. */
  sent(call: PreparedCall, waitedMs: Milliseconds): void;
}

/** The queues of a runtime, one before each endpoint that has one, and the places that calls hold there. */
export class CallQueues {
  readonly #queues = new Map<EndpointId, CallQueue>();
  /** How a call that a queue has let through gives its place back. */
  readonly #leaves = new Map<PreparedCall, () => void>();
  #listener: QueueListener | undefined;

  constructor({ clock, gate, drivers, options: byName }: CallQueuesParts) {
    const score = (draft: CallDraft): number | undefined => this.#listener?.score(draft);
    const awaited = (call: string): boolean => gate.awaited(call);
    for (const [name, options] of byName) {
      const endpoint = drivers.get(name)?.endpoint;
      if (endpoint === undefined) continue;
      this.#queues.set(endpoint, new CallQueue({ clock, options, score, awaited }));
    }
  }

  listen(listener: QueueListener): void {
    this.#listener = listener;
  }

  has(endpoint: EndpointId): boolean {
    return this.#queues.has(endpoint);
  }

  /** Calls that wait for the endpoint. */
  waiting(endpoint: EndpointId): number {
    return this.#queues.get(endpoint)?.waiting ?? 0;
  }

  /** Who waits here waits for the engine, which cannot know of it. */
  loadOf(driver: EngineDriver): EngineLoad {
    const load = driver.load();
    const queued = this.waiting(driver.endpoint);
    return queued === 0 ? load : { ...load, waiting: load.waiting + queued };
  }

  /** Undefined where there is no queue: it is sent now. Otherwise resolves when the call may be sent. */
  turn(
    call: PreparedCall,
    endpoint: EndpointId,
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    const queue = this.#queues.get(endpoint);
    if (queue !== undefined) return this.#take(call, queue, signal);
    this.#listener?.sent(call, 0);
    return undefined;
  }

  async #take(
    call: PreparedCall,
    queue: CallQueue,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { draft, arrival, plan } = call;
    const { waitedMs, leave } = await queue.enter({ draft, arrival, wish: plan.queue, signal });
    this.#leaves.set(call, leave);
    this.#listener?.sent(call, waitedMs);
  }

  /** The call is over, if it was ever sent. */
  leave(call: PreparedCall): void {
    const leave = this.#leaves.get(call);
    this.#leaves.delete(call);
    leave?.();
  }

  open(): void {
    for (const queue of this.#queues.values()) queue.open();
  }

  close(error: Error): void {
    for (const queue of this.#queues.values()) queue.close(error);
  }

  report(endpoint: EndpointId): QueueReport | undefined {
    return this.#queues.get(endpoint)?.report();
  }
}
