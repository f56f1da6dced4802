import { examineEngine, type EngineCheckName } from '@entresol/engines/doctor';
import type { LiveEngineName } from '../live-document.ts';
import { faultsOf, type EngineFault } from './engine-fault.ts';
import { withFaultProxy } from './fault-proxy.ts';

/** What the doctor finds of a real engine behind a proxy with a fault. */
export interface BrokenExamination {
  readonly fault: EngineFault['name'];
  /** What it must find broken. */
  readonly breaks: readonly EngineCheckName[];
  /** What it found broken, each with what to do. */
  readonly found: readonly { readonly check: EngineCheckName; readonly fix: string | null }[];
}

/** Was the fault found, and a way out named for all that is broken? */
export function isFound({ breaks, found }: BrokenExamination): boolean {
  return (
    breaks.every((name) => found.some(({ check }) => check === name)) &&
    found.every(({ fix }) => fix !== null)
  );
}

/** Breaks an engine in every way that it can be, one after the other, and has the doctor look at it each time. */
export async function examineBroken(
  engine: LiveEngineName,
  baseURL: string,
  signal: AbortSignal,
): Promise<readonly BrokenExamination[]> {
  const examinations: BrokenExamination[] = [];
  for (const fault of faultsOf(engine)) {
    signal.throwIfAborted();
    const { checks } = await withFaultProxy(baseURL, fault, (url) =>
      examineEngine({ baseURL: url }),
    );
    const found = checks.flatMap(({ check, verdict, fix = null }) =>
      verdict === 'broken' ? [{ check, fix }] : [],
    );
    examinations.push({ fault: fault.name, breaks: fault.breaks, found });
  }
  return examinations;
}
