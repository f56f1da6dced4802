import type { Clock, EngineHost, PrefixRef, RuntimeEvent, Tier } from '@entresol/runtime-core';
import type { CostFit } from './cost-fit.ts';
import type { EngineCounters } from './stats.ts';

/** What every part of the driver shares once it is open. */
export interface EngineView {
  readonly host: EngineHost;
  readonly clock: Clock;
  readonly cost: CostFit;
  readonly counters: EngineCounters;
}

type RemovalCause = 'capacity' | 'policy' | 'reset';

/** Tells the runtime that a place now holds a prefix. A driver knows no workload, so the event names none. */
export function tellStored({ host, clock }: EngineView, prefix: PrefixRef, tier: Tier): void {
  const event: RuntimeEvent = {
    type: 'engine-store',
    atMs: clock.now(),
    workload: '',
    prefix,
    tier,
  };
  host.emit(event);
}

/** Tells the runtime that the last copy of a prefix in `tier` is gone. */
export function tellRemoved(
  { host, clock }: EngineView,
  prefix: PrefixRef,
  tier: Tier,
  cause: RemovalCause,
): void {
  const event: RuntimeEvent = {
    type: 'engine-remove',
    atMs: clock.now(),
    workload: '',
    prefix,
    tier,
    cause,
  };
  host.emit(event);
}
