import { examinationText } from './examination-text.ts';
import { examineApp } from './examine-app.ts';
import { loadApp, readAppAddress } from './load-app.ts';

export interface DoctorOptions {
  /** `FILE` or `FILE#EXPORT`. */
  readonly app: string;
  readonly json: boolean;
}

/**
 * Looks at an app and prints what it found.
 * @returns true when nothing is broken
 * @throws {DoctorError} when the app cannot be looked at
 */
export async function runDoctor(
  { app, json }: DoctorOptions,
  { print }: { readonly print: (text: string) => void },
): Promise<boolean> {
  const examination = await examineApp(await loadApp(readAppAddress(app)));
  print(json ? `${JSON.stringify(examination, null, 2)}\n` : examinationText(examination));
  return examination.advice.every(({ level }) => level !== 'broken');
}
