/** A run of the workflow came to no answer. */
export class BriefFailedError extends Error {
  override readonly name = 'BriefFailedError';
  readonly code = 'brief-failed';
  /** What Mastra calls the end of the run. */
  readonly status: string;

  constructor(result: { readonly status: string; readonly error?: unknown }) {
    const { status, error } = result;
    super(`The brief ended as ${status}: ${reasonOf(error)}. Is the model's server up?`, {
      cause: error,
    });
    this.status = status;
  }
}

/** Mastra gives errors as plain objects. */
function reasonOf(error: unknown): string {
  const named = typeof error === 'object' && error !== null && 'message' in error;
  return named ? String(error.message) : 'the run gave no reason';
}
