import { EntresolError } from '@entresol/runtime-core';

/** Why an app or an engine cannot be looked at. */
export type DoctorErrorCode =
  | 'no-such-file'
  | 'module-failed'
  | 'no-such-export'
  | 'no-app'
  | 'not-an-app'
  | 'attached'
  | 'no-key';

/** It cannot be looked at; the message names what is wrong and the way out. */
export class DoctorError extends EntresolError<DoctorErrorCode> {
  /** True when the arguments are wrong rather than the app. */
  get isMistake(): boolean {
    return ['no-such-file', 'no-such-export', 'no-key'].includes(this.code);
  }
}
