export { attach } from './attach.ts';
export type { AttachOptions, LangGraphAttachment } from './attach.ts';
