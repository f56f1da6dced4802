import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DoctorError } from '../../src/doctor/doctor-error.ts';
import { loadApp, readAppAddress } from '../../src/doctor/load-app.ts';

const at = (name: string): string => join(import.meta.dirname, 'apps', name);

describe('an address', () => {
  test.each([
    ['app.ts', { file: 'app.ts' }],
    ['src/app.ts#graph', { file: 'src/app.ts', exportName: 'graph' }],
    ['c#/app.ts', { file: 'c#/app.ts' }],
    ['c#/app.ts#graph', { file: 'c#/app.ts', exportName: 'graph' }],
  ])('%s is a file and perhaps an export', (text, address) => {
    expect(readAppAddress(text)).toEqual(address);
  });
});

describe('an app that cannot be loaded', () => {
  test.each([
    [{ file: at('absent.ts') }, 'no-such-file', /there is no file .*absent\.ts/u, true],
    [{ file: at('broken.ts') }, 'module-failed', /RangeError: no key/u, false],
    [
      { file: at('elsewhere.ts'), exportName: 'app' },
      'no-such-export',
      /no export "app"; it exports elsewhere/u,
      true,
    ],
    [{ file: at('elsewhere.ts') }, 'no-app', /exports elsewhere\. Name one: --app/u, false],
  ])('%j is %s', async (address, code, message, isMistake) => {
    const error: unknown = await loadApp(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DoctorError);
    expect(error).toMatchObject({ code, isMistake, message: expect.stringMatching(message) });
  });
});
