import { replayDecisions } from '@entresol/runtime-core';
import type { Policy, RuntimeEvent, RuntimeRecord, SessionId } from '@entresol/runtime-core';
import { treatedSage } from '../prior/prior-treatment.ts';
import type { PriorTreatment } from '../prior/prior-treatment.ts';
import { predictionReport } from './prediction-report.ts';
import type { PredictionReport } from './report-document.ts';

/** Sessions over which a prior is judged: later ones hear more of what was counted than of what was declared. */
export const trialSessions = 5;

/**
 * Predictions of the first sessions (by start) under each prior, all from the same recorded events.
 * @param options.seed of the shuffled prior
 * @throws {RangeError} when the recording holds no declaration or no session, or the graph cannot be shuffled
 */
export function replayPriors(
  records: Iterable<RuntimeRecord>,
  { seed }: { readonly seed: number },
): Readonly<Record<PriorTreatment, PredictionReport>> {
  const events = firstSessions(records, trialSessions);
  const predict = (treatment: PriorTreatment): PredictionReport => {
    const { policy, sage } = treatedSage(treatment, { mode: 'shadow', seed });
    replayStrictly(events, policy);
    return predictionReport(sage.calibration());
  };
  return { declared: predict('declared'), none: predict('none'), shuffled: predict('shuffled') };
}

type EventRecord = Extract<RuntimeRecord, { readonly kind: 'event' }>;

/** Events of the sessions heard of first, and those of no session. */
function firstSessions(records: Iterable<RuntimeRecord>, count: number): readonly EventRecord[] {
  const chosen = new Set<SessionId>();
  const kept: EventRecord[] = [];
  let declared = false;
  for (const record of records) {
    if (record.kind !== 'event') continue;
    declared ||= record.event.type === 'topology-declare';
    const session = sessionOf(record.event);
    if (session !== undefined && chosen.size < count) chosen.add(session);
    if (session === undefined || chosen.has(session)) kept.push(record);
  }
  if (!declared)
    throw new RangeError('The recording declares no graph, so there is no prior to try.');
  if (chosen.size === 0) throw new RangeError('The recording holds no session.');
  return kept;
}

function sessionOf(event: RuntimeEvent): SessionId | undefined {
  return 'session' in event ? event.session : undefined;
}

/** A host isolates a policy that throws; a trial of a policy that was switched off would report nothing as a figure. */
function replayStrictly(records: readonly EventRecord[], policy: Policy): void {
  const faults: unknown[] = [];
  const watched: Policy = {
    ...policy,
    observe(event, context) {
      try {
        policy.observe?.(event, context);
      } catch (error) {
        faults.push(error);
      }
    },
  };
  replayDecisions(records, [watched]);
  if (faults.length > 0) throw faults[0];
}
