import { stripTypeScriptTypes } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import type { SourceFiles } from './source-files.ts';

/** Longest time one call may take, in ms: an endless loop is a finding and not a reason to hang. */
const longestCallMs = 250;

const importLine = /^import \{([^}]*)\} from '\.\/([\w-]+\.ts)';$/gm;
const exportWord = /^export (?=(?:function|const) (\w+))/gm;

/** The body of a function that gives back what the file exports. */
function moduleBody(source: string): string {
  const script = stripTypeScriptTypes(source);
  const names = [...script.matchAll(exportWord)].map((match) => match[1]);
  return `${script
    .replaceAll(importLine, (_line, imported: string, file: string) => {
      return `const {${imported}} = load(${JSON.stringify(file)});`;
    })
    .replaceAll(exportWord, '')}\nreturn { ${names.join(', ')} };`;
}

export type CallOutcome =
  | { readonly result: unknown }
  | { readonly thrown: string }
  | { readonly refused: string };

/**
 * Calls one exported function of a code base in a context of its own, which has no Node.js in it, and
 * stops it after a quarter of a second. It keeps honest code from doing harm by accident; it is no
 * fence against hostile code.
 * @param args values that JSON can carry
 */
export function runFunction(
  files: SourceFiles,
  { file, name, args }: { file: string; name: string; args: readonly unknown[] },
): CallOutcome {
  const exports = files.symbols(file)?.filter(({ kind }) => kind === 'function');
  if (exports === undefined) return { refused: `there is no file ${file}` };
  if (!exports.some((symbol) => symbol.name === name)) {
    return { refused: `${file} has no function ${name}` };
  }
  const bodies = Object.fromEntries(
    files.names.map((known) => [known, moduleBody(files.text(known) ?? '')]),
  );
  // Everything crosses the border as text, so no object of this realm can be reached from inside.
  const program = `
    const bodies = ${JSON.stringify(bodies)};
    const loaded = {};
    const load = (file) => (loaded[file] ??= new Function('load', bodies[file])(load));
    const call = load(${JSON.stringify(file)})[${JSON.stringify(name)}];
    let outcome;
    try {
      outcome = { result: call(...JSON.parse(${JSON.stringify(JSON.stringify(args))})) ?? null };
    } catch (error) {
      outcome = { thrown: String(error) };
    }
    JSON.stringify(outcome);`;
  try {
    const text: unknown = runInContext(program, createContext(Object.create(null)), {
      timeout: longestCallMs,
    });
    const outcome: CallOutcome = JSON.parse(String(text));
    return outcome;
  } catch (error) {
    // The error may belong to the other realm, where `instanceof Error` says no.
    const isTimeout =
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    if (!isTimeout) throw error;
    return { thrown: `stopped after ${longestCallMs} ms` };
  }
}
