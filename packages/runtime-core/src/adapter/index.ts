export { Journal } from './journal.ts';
export type { DispatchRef, StartedDispatch } from './journal.ts';
export { CallOrder, exitOf, laterOf, positionInside } from './position.ts';
export type { FinishedCall, Position } from './position.ts';
export { SessionRecords } from './session-records.ts';
export type { SessionRecord } from './session-records.ts';
export { claimWorkloadId } from './workload-id.ts';
export type { WorkloadNames } from './workload-id.ts';
