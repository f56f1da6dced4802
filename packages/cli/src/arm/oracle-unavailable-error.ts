/** The oracle arm was asked for and cannot run. */
export class OracleUnavailableError extends Error {
  override readonly name = 'OracleUnavailableError';
  readonly code = 'oracle-unavailable';

  /** @param knownRequestsPath file of the requests that it would have known */
  constructor(knownRequestsPath: string | undefined) {
    super(
      knownRequestsPath === undefined
        ? 'The oracle arm needs the requests of another arm: run it with npm run bench:engine.'
        : `The oracle arm has no policy yet that reads ${knownRequestsPath}: leave it out of --arms.`,
    );
  }
}
