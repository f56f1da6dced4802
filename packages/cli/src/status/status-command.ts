import { Command } from 'commander';

export interface StatusOptions {
  /** Folder that the app gave `fileStateStore`. */
  readonly state: string;
  readonly json: boolean;
}

/** `entresol status` and its flags. */
export function statusCommand(accept: (options: StatusOptions) => void): Command {
  return new Command('status')
    .description(
      'Prints what each policy did, measured against its own absence and as the cost model reckons it, as the app last saved it (once a minute and at close). The app needs createRuntime({ state }), and for measurements also trial.',
    )
    .option('--state <folder>', 'folder that the app gave fileStateStore()', '.entresol')
    .option('--json', 'the ledger as JSON')
    .allowExcessArguments(false)
    .action(({ state, json }: { readonly state: string; readonly json?: true }) =>
      accept({ state, json: json === true }),
    );
}
