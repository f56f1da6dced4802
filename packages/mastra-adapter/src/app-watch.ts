import type { AdapterHost, PassageOccasion, PassageVerdict } from '@entresol/runtime-core';
import { TransitionRejectedError } from '@entresol/runtime-core/adapter';
import type { AdapterPort, Journal } from '@entresol/runtime-core/adapter';
import type { CallTracker } from './call-tracker.ts';
import type { Interposer } from './interpose.ts';
import type { MastraShape } from './mastra-shape.ts';
import type { RunTracker } from './run-tracker.ts';
import { nextCauses } from './scope.ts';
import type { Scope } from './scope.ts';

/** What everything that stands inside one app works with. */
export interface AppWatch {
  readonly host: AdapterHost;
  readonly port: AdapterPort;
  readonly journal: Journal;
  readonly runs: RunTracker;
  readonly calls: CallTracker;
  readonly interposer: Interposer;
  readonly faults: Faults;
  readonly mastra: MastraShape;
  /** Without a storage Mastra cannot suspend a run, so nobody can be asked. */
  readonly canSuspend: () => boolean;
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

  /** The same of what is waited for. */
  async guardAsync<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch {
      this.count += 1;
      return undefined;
    }
  }
}

/**
 * Asks the policies before a tool or a transition. Undefined = go, at once.
 * @param canAsk can the user be asked here?
 */
export function ask(
  { host, port, faults, canSuspend }: AppWatch,
  occasion: PassageOccasion,
  { signal, canAsk }: { readonly signal?: AbortSignal | undefined; readonly canAsk: boolean },
): Promise<PassageVerdict> | undefined {
  return faults.guard(() => {
    if (!host.actsInline) return undefined;
    return host.passage(occasion, canAsk && canSuspend() ? port : port.unasking, signal);
  });
}

interface Transition {
  readonly to: string;
  readonly session: string;
  readonly signal?: AbortSignal | undefined;
  /** Can the user be asked before it? False unless said otherwise. */
  readonly canAsk?: boolean;
}

/**
 * The question that the user is to be asked first; undefined = go.
 * @throws {TransitionRejectedError} when a policy does not let the run at `to` begin
 */
export async function passTransition(
  watch: AppWatch,
  parent: Scope | undefined,
  { to, session, signal, canAsk = false }: Transition,
): Promise<string | undefined> {
  const from = (parent && nextCauses(parent).at(-1)?.path) ?? parent?.dispatch?.path;
  const ending = from === undefined ? {} : { from };
  const occasion = { type: 'transition', session, to, ...ending } as const;
  const decided = await ask(watch, occasion, { signal, canAsk });
  if (decided?.verdict === 'reject') throw new TransitionRejectedError(to, decided.reason);
  return decided?.verdict === 'approve' ? decided.question : undefined;
}
