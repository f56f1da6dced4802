import { examineEngine } from '@entresol/engines/doctor';
import { DoctorError } from './doctor-error.ts';
import type { DoctorOptions } from './doctor-options.ts';
import { engineText, isSound } from './engine-text.ts';
import { examinationText } from './examination-text.ts';
import { examineApp } from './examine-app.ts';
import { loadApp, readAppAddress } from './load-app.ts';

export interface DoctorHost {
  readonly print: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks at an app or an engine and prints what it found.
 * @returns true when nothing is broken
 * @throws {DoctorError} when it cannot be looked at
 */
export async function runDoctor(options: DoctorOptions, host: DoctorHost): Promise<boolean> {
  const { print } = host;
  if (options.look === 'engine') return lookAtEngine(options, host);
  const examination = await examineApp(await loadApp(readAppAddress(options.app)));
  print(options.json ? `${JSON.stringify(examination, null, 2)}\n` : examinationText(examination));
  return examination.advice.every(({ level }) => level !== 'broken');
}

async function lookAtEngine(
  { baseURL, model, keyVariable, json }: Extract<DoctorOptions, { look: 'engine' }>,
  { print, environment }: DoctorHost,
): Promise<boolean> {
  const apiKey = keyVariable === undefined ? undefined : environment[keyVariable];
  if (keyVariable !== undefined && !apiKey) {
    throw new DoctorError(`the environment variable ${keyVariable} is not set`, {
      code: 'no-key',
      value: keyVariable,
    });
  }
  const examination = await examineEngine({
    baseURL,
    ...(model === undefined ? {} : { model }),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  print(json ? `${JSON.stringify(examination, null, 2)}\n` : engineText(examination));
  return isSound(examination);
}
