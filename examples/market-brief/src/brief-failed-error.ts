/** A run of the workflow came to no answer. */
export class BriefFailedError extends Error {
  override readonly name = 'BriefFailedError';
  readonly code = 'brief-failed';
  /** What Mastra calls the end of the run. */
  readonly status: string;

  constructor(result: { readonly status: string; readonly error?: unknown }) {
    const { status, error } = result;
    const why = error instanceof Error ? error.message : 'the run gave no reason';
    super(`The brief ended as ${status}: ${why}. Is the model's server up?`, { cause: error });
    this.status = status;
  }
}
