import { Command, InvalidArgumentError } from 'commander';
import type { DoctorOptions } from './doctor-options.ts';

interface Given {
  readonly app?: string;
  readonly engine?: string;
  readonly model?: string;
  readonly keyEnv?: string;
  readonly json?: true;
}

/** `entresol doctor` and its flags. */
export function doctorCommand(accept: (options: DoctorOptions) => void): Command {
  const command = new Command('doctor')
    .description(
      'Looks at an app of LangGraph.js or Mastra without running it (--app), or at a server that runs (--engine), and says what to do about what it finds.',
    )
    .option(
      '--app <file#export>',
      'module and export with a compiled graph, a createAgent agent or a Mastra; without #EXPORT: default, app, graph, agent or mastra. Importing it runs its top level; no request is sent',
    )
    .option(
      '--engine <url>',
      'OpenAI-compatible server, with or without /v1. It is sent up to about 60 requests of one token, some at once: on a hosted API they cost money',
      serverURL,
    )
    .option('--model <name>', 'model to ask for (default: the first that the server lists)')
    .option('--key-env <variable>', 'environment variable with the key of the server')
    .option('--json', 'one JSON document on stdout; everything else goes to stderr')
    .addHelpText(
      'after',
      '\nEnds with 1 when something is broken, 2 on a mistake in the arguments. What only a run\nof an app shows (models that code calls, prefixes that change, refused directives) is in\nattach(app, runtime).report() of your own app.',
    )
    .allowExcessArguments(false)
    .action((given: Given) => {
      const { app, engine, model, keyEnv } = given;
      const json = given.json === true;
      if (app !== undefined && engine === undefined) {
        if (model === undefined && keyEnv === undefined) accept({ look: 'app', app, json });
        else command.error('error: --model and --key-env go with --engine');
      } else if (engine !== undefined && app === undefined) {
        const named = {
          ...(model === undefined ? {} : { model }),
          ...(keyEnv === undefined ? {} : { keyVariable: keyEnv }),
        };
        accept({ look: 'engine', baseURL: engine, json, ...named });
      } else command.error('error: name one to look at: --app FILE or --engine URL');
    });
  return command;
}

function serverURL(text: string): string {
  if (URL.canParse(text)) return text;
  throw new InvalidArgumentError('Give a URL such as http://127.0.0.1:8000/v1.');
}
