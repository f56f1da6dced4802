export { attach } from './attach.ts';
export type { AttachOptions, LangGraphAttachment } from './attach.ts';
export type { ApprovalRequest } from './acts/approval.ts';
export { TransitionRejectedError } from './acts/transition-rejected-error.ts';
export type { AttachmentReport, PrefixDrift, UnmanagedModel } from './report/attachment-report.ts';
export { instrumentModel } from './instrument-model.ts';
export type { InstrumentOptions } from './instrument-model.ts';
export type { ClientSource } from './model-shape.ts';
