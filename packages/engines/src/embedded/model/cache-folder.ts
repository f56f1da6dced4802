import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/**
 * Folder of this user for files that can be made again: `ENTRESOL_CACHE` where it is set, else what the platform
 * prescribes (XDG Base Directory, `~/Library/Caches`, `%LOCALAPPDATA%`).
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  system: NodeJS.Platform = platform(),
): string {
  const chosen = environment['ENTRESOL_CACHE'];
  if (chosen) {
    return chosen;
  }
  if (system === 'win32') {
    return join(environment['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'entresol');
  }
  if (system === 'darwin') {
    return join(homedir(), 'Library', 'Caches', 'entresol');
  }
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'entresol');
}
