import { extname } from 'node:path';

/** How the command is called where this runs: through npm in a clone, by its name where it is installed. */
export const spelling: { readonly command: string; readonly demo: string } =
  extname(import.meta.filename) === '.ts'
    ? { command: 'npm run -s entresol --', demo: 'npm start --' }
    : { command: 'entresol', demo: 'entresol demo' };
