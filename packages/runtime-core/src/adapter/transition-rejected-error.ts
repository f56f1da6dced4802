import { EntresolError } from '../errors.ts';

/** A policy of the runtime did not let an agent, node or step run. The app sees it as the failure of that run. */
export class TransitionRejectedError extends EntresolError<'transition-rejected'> {
  /** Path of what was to run. */
  readonly to: string;

  constructor(to: string, reason: string) {
    super(
      `the step to "${to}" was rejected: ${reason}. Catch TransitionRejectedError around the run, or change the policy`,
      { code: 'transition-rejected', value: to },
    );
    this.to = to;
  }
}
