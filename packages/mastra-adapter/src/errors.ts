import { EntresolError } from '@entresol/runtime-core';

/** `attach` was given something that it cannot watch. The message says what to pass instead. */
export class MastraAttachError extends EntresolError<
  'not-mastra' | 'no-agents' | 'attached-elsewhere' | 'unknown-agent'
> {}

/** A policy of the runtime did not let an agent or a step run. The app sees it as the failure of that run. */
export class TransitionRejectedError extends EntresolError<'transition-rejected'> {
  /** Path of the agent or step that was to run. */
  readonly to: string;

  constructor(to: string, reason: string) {
    super(
      `the step to "${to}" was rejected: ${reason}. Catch TransitionRejectedError around the run, or change the policy`,
      { code: 'transition-rejected', value: to },
    );
    this.to = to;
  }
}
