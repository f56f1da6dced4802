/** What the doctor is to look at. */
export type DoctorOptions =
  | {
      readonly look: 'app';
      /** `FILE` or `FILE#EXPORT`. */
      readonly app: string;
      readonly json: boolean;
    }
  | {
      readonly look: 'engine';
      readonly baseURL: string;
      readonly model?: string;
      /** Environment variable with the key. */
      readonly keyVariable?: string;
      readonly json: boolean;
    };
