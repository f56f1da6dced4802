export { traceRecorder } from './recording/trace-recorder.ts';
export type { TraceRecorder, UnrecordedCalls } from './recording/trace-recorder.ts';
export { parseTrace } from './trace/parse-trace.ts';
export type { TraceOptions, TraceReading } from './trace/trace-builder.ts';
export { TraceError } from './trace/trace-error.ts';
export type { TraceErrorCode } from './trace/trace-error.ts';
export type { TraceLine } from './trace/trace-line.ts';
export type { Trace, TraceCall, TraceSession } from './trace/trace.ts';
export { blockLoad } from './load/block-load.ts';
export type { BlockCall, BlockLoad } from './load/block-load.ts';
export { interleave } from './load/interleave.ts';
export type { CallOrder } from './load/interleave.ts';
export { workingSet } from './load/working-set.ts';
export type { WorkingSet } from './load/working-set.ts';
export { seededRandom } from './load/seeded-random.ts';
export type {
  CacheView,
  Replacement,
  ReplacementMaker,
  SeenCall,
  VictimQueue,
  VictimScore,
} from './cache/replacement.ts';
export { BlockTree } from './cache/block-tree.ts';
export { ReplayCache } from './cache/replay-cache.ts';
export type { ServedCall } from './cache/replay-cache.ts';
export { noRun } from './cache/run.ts';
export type { Run } from './cache/run.ts';
export { replay } from './replay.ts';
export type { ReplayOutcome } from './replay.ts';
export { findMaker, offlineOrders, onlineRivals } from './rivals/index.ts';
export { kvflowPrefetching } from './rivals/kvflow.ts';
export { lru } from './rivals/lru.ts';
export { pbkvLikePrefetching } from './rivals/pbkv-like.ts';
export { unlimitedBlocks } from './offline/infinite.ts';
export { pfooLower } from './offline/pfoo-l.ts';
export { ghostGuard } from './seat/ghost-guard.ts';
export { hindsightSeat, policySeat } from './seat/policy-seat.ts';
export type { ForeseenAgents, PolicySeatOptions } from './seat/policy-seat.ts';
export type { PrefillCost } from './seat/seat-context.ts';
export { timeCalls } from './timing/time-calls.ts';
export type { TimingOptions, TimingOutcome } from './timing/time-calls.ts';
export { gpu8b } from './timing/step-cost.ts';
export type { StepCost } from './timing/step-cost.ts';
export type { Touch } from './timing/touch.ts';
export type { Dispatch } from './timed/client-queue.ts';
export type { PrefetchOutcome } from './timed/prefetches.ts';
export { replayTimed } from './timed/timed-replay.ts';
export type { TimedReplay } from './timed/timed-replay.ts';
export { adversaries } from './trials/adversaries.ts';
export type { Adversary } from './trials/adversaries.ts';
export { firstSessions } from './trials/first-sessions.ts';
export { shuffledTopology } from './trials/shuffled-topology.ts';
