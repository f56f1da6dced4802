import { readFile } from 'node:fs/promises';
import type { Policy } from '@entresol/runtime-core';
import type { KnownRequest } from '../known-request.ts';
import { OracleUnavailableError } from './oracle-unavailable-error.ts';
import { oraclePolicy } from './oracle-policy.ts';

/**
 * The oracle on the requests that another arm of the same run has sent.
 * @throws {OracleUnavailableError} when no file of them is given
 */
export async function openOracle(knownRequestsPath: string | undefined): Promise<Policy> {
  if (knownRequestsPath === undefined) throw new OracleUnavailableError();
  const lines = (await readFile(knownRequestsPath, 'utf8')).split('\n').filter(Boolean);
  return oraclePolicy(lines.map((line): KnownRequest => JSON.parse(line)));
}
