export type { PrefixDrift } from '@entresol/runtime-core/adapter';
export { attach } from './attach.ts';
export type { AttachOptions, MastraAttachment, MastraReport } from './attach.ts';
export type { CalledModel } from './call-tracker.ts';
export { MastraAttachError, TransitionRejectedError } from './errors.ts';
export type { UnmanagedModel } from './model-census.ts';
export type { AgentPrefix } from './probe.ts';
export type { PendingApproval } from './run-questions.ts';
export type { ApprovalRequest } from './step-approval.ts';
