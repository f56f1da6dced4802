import type { AdapterHost, PassageOccasion, PassageVerdict } from '@entresol/runtime-core';
import type { Journal } from '@entresol/runtime-core/adapter';
import type { CallTracker } from './call-tracker.ts';
import { TransitionRejectedError } from './errors.ts';
import type { Interposer } from './interpose.ts';
import type { MastraPort } from './mastra-port.ts';
import type { RunTracker } from './run-tracker.ts';
import { nextCauses } from './scope.ts';
import type { Scope } from './scope.ts';

/** What everything that stands inside one app works with. */
export interface AppWatch {
  readonly host: AdapterHost;
  readonly port: MastraPort;
  readonly journal: Journal;
  readonly runs: RunTracker;
  readonly calls: CallTracker;
  readonly interposer: Interposer;
  readonly faults: Faults;
}

/** What of ours failed: the app goes on without being watched, and the report says how often. */
export class Faults {
  count = 0;

  /** Undefined when `act` fails. */
  guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch {
      this.count += 1;
      return undefined;
    }
  }
}

/** Asks before a tool or a transition. Undefined = go, at once. */
export function ask(
  { host, port, faults }: AppWatch,
  occasion: PassageOccasion,
  signal?: AbortSignal,
): Promise<PassageVerdict> | undefined {
  return faults.guard(() => (host.actsInline ? host.passage(occasion, port, signal) : undefined));
}

/** @throws {TransitionRejectedError} when a policy does not let the run at `to` begin */
export async function passTransition(
  watch: AppWatch,
  parent: Scope | undefined,
  {
    to,
    session,
    signal,
  }: { readonly to: string; readonly session: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const from = (parent && nextCauses(parent).at(-1)?.path) ?? parent?.dispatch?.path;
  const ending = from === undefined ? {} : { from };
  const decided = await ask(watch, { type: 'transition', session, to, ...ending }, signal);
  if (decided?.verdict === 'reject') throw new TransitionRejectedError(to, decided.reason);
}
