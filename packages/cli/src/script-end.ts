import process from 'node:process';
import { exitCodes, StopRequest } from './stop-request.ts';

/** A value that a script's arguments may not have. The message names it and what is known. */
export class ScriptMistake extends Error {
  override readonly name = 'ScriptMistake';
}

/** Says on stderr why `npm run SCRIPT` ends, and returns its exit code. */
export function explainEnd(error: unknown, script: string): number {
  if (error instanceof StopRequest) {
    process.stderr.write('Stopped.\n');
    return error.exitCode;
  }
  const isMistake = error instanceof ScriptMistake || isOfArguments(error);
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (isMistake)
    process.stderr.write(`Run \`npm run -s ${script} -- --help\` for what it takes.\n`);
  return isMistake ? exitCodes.mistake : exitCodes.failed;
}

/** What `parseArgs` of Node throws. */
function isOfArguments(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}
