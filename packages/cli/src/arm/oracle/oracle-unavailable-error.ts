/** The oracle arm was asked for where no other arm's requests are at hand. */
export class OracleUnavailableError extends Error {
  override readonly name = 'OracleUnavailableError';
  readonly code = 'oracle-unavailable';

  constructor() {
    super('The oracle arm needs the requests of another arm: run it with npm run bench:engine.');
  }
}
