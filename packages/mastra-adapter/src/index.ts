export type { PrefixDrift } from '@entresol/runtime-core/adapter';
export { attach } from './attach.ts';
export type { AttachOptions, MastraAttachment, MastraReport, UnmanagedModel } from './attach.ts';
export type { CalledModel } from './call-tracker.ts';
export { MastraAttachError } from './errors.ts';
export { TransitionRejectedError } from '@entresol/runtime-core/adapter';
export type { AgentPrefix } from './probe.ts';
export type { PendingApproval } from './run-questions.ts';
export type { ApprovalRequest } from './step-approval.ts';
