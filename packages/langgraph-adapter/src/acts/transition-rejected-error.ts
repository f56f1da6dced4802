import { EntresolError } from '@entresol/runtime-core';

/** A policy of the runtime did not let a node run. The app sees it as the failure of that node. */
export class TransitionRejectedError extends EntresolError<'transition-rejected'> {
  /** Path of the node that was to run. */
  readonly to: string;

  constructor(to: string, reason: string) {
    super(
      `the step to "${to}" was rejected: ${reason}. Catch TransitionRejectedError, give the node an errorHandler, or change the policy`,
      { code: 'transition-rejected', value: to },
    );
    this.to = to;
  }
}
