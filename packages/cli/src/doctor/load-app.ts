import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DoctorError } from './doctor-error.ts';

/** Exports that are looked at when none is named, in this order. */
const usualExports = ['default', 'app', 'graph', 'agent', 'mastra'] as const;

/** Where an app is: `FILE` or `FILE#EXPORT`. */
export interface AppAddress {
  readonly file: string;
  readonly exportName?: string;
}

export function readAppAddress(text: string): AppAddress {
  const at = text.lastIndexOf('#');
  // A `#` may be part of a folder's name.
  if (at <= 0 || text.slice(at).includes('/')) return { file: text };
  return { file: text.slice(0, at), exportName: text.slice(at + 1) };
}

/**
 * Imports the module, which runs it, and returns what it exports.
 * @throws {DoctorError} `no-such-file`, `module-failed`, `no-such-export` or `no-app`
 */
export async function loadApp({ file, exportName }: AppAddress): Promise<unknown> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new DoctorError(`there is no file ${path}; give the module that exports the app`, {
      code: 'no-such-file',
      value: file,
    });
  }
  const module = await importModule(path);
  if (exportName !== undefined) {
    if (module[exportName] !== undefined) return module[exportName];
    throw new DoctorError(`${file} has no export "${exportName}"; it exports ${listed(module)}`, {
      code: 'no-such-export',
      value: exportName,
    });
  }
  const found = usualExports.find((name) => module[name] !== undefined);
  if (found !== undefined) return module[found];
  throw new DoctorError(
    `${file} exports none of ${usualExports.join(', ')}; it exports ${listed(module)}. Name one: --app ${file}#NAME`,
    { code: 'no-app', value: file },
  );
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return Object.fromEntries(Object.entries(module ?? {}));
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new DoctorError(`${path} failed while it was imported: ${why}`, {
      code: 'module-failed',
      value: path,
      cause,
    });
  }
}

function listed(module: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(module);
  return names.length === 0 ? 'nothing' : names.join(', ');
}
