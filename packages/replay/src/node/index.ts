export { readTrace } from './read-trace.ts';
export { recordTo } from './record-to.ts';
export type { RecordToOptions, TraceRecording, TraceRecordingReport } from './record-to.ts';
