import { Command } from 'commander';
import type { DoctorOptions } from './run-doctor.ts';

/** `entresol doctor` and its flags. */
export function doctorCommand(accept: (options: DoctorOptions) => void): Command {
  return new Command('doctor')
    .description(
      'Looks at a LangGraph.js app without running it: what the runtime reads of it, which models go past the runtime, and what to do about it. Importing the module runs its top level; no request is sent by this command.',
    )
    .requiredOption(
      '--app <file#export>',
      'module and export with a compiled graph or createAgent agent; without #EXPORT: default, app, graph or agent',
    )
    .option('--json', 'one JSON document on stdout; what the module prints goes to stderr')
    .addHelpText(
      'after',
      '\nEnds with 1 when something is broken, 2 on a mistake in the arguments. What only a run\nshows (models that code calls, prefixes that change, refused directives) is in\nattach(app, runtime).report() of your own app.',
    )
    .allowExcessArguments(false)
    .action(({ app, json }: { readonly app: string; readonly json?: true }) =>
      accept({ app, json: json === true }),
    );
}
