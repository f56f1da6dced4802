import { EntresolError } from '@entresol/runtime-core';

/** `attach` was given something that it cannot watch. The message says what to pass instead. */
export class MastraAttachError extends EntresolError<
  'not-mastra' | 'no-agents' | 'attached-elsewhere' | 'unknown-agent'
> {}
