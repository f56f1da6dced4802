import { EntresolError } from '@entresol/runtime-core';

/** Why an app cannot be looked at. */
export type DoctorErrorCode =
  | 'no-such-file'
  | 'module-failed'
  | 'no-such-export'
  | 'no-graph'
  | 'not-a-graph';

/** The app cannot be looked at; the message names the file or export and the way out. */
export class DoctorError extends EntresolError<DoctorErrorCode> {
  /** True when the arguments are wrong rather than the app. */
  get isMistake(): boolean {
    return this.code === 'no-such-file' || this.code === 'no-such-export';
  }
}
