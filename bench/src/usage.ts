import process from 'node:process';

/** Ends the process where an argument asks for help, or is not one of the known. */
export function refuseUnknown(usage: string, known: readonly string[]): void {
  const stranger = process.argv.slice(2).find((argument) => !known.includes(argument));
  if (stranger === undefined) return;
  if (stranger === '--help') {
    process.stdout.write(usage);
    process.exit(0);
  }
  process.stderr.write(`error: there is no ${stranger}.\n${usage}`);
  process.exit(2);
}
