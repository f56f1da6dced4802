function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Nodes that one `goto` names: a name, a `Send`, or several of them. */
function namesIn(goto: unknown): readonly string[] {
  if (typeof goto === 'string') return [goto];
  if (Array.isArray(goto)) return goto.flatMap(namesIn);
  return isObject(goto) && typeof goto['node'] === 'string' ? [goto['node']] : [];
}

/** Where the `Command`s that a node returned lead: one alone, or several in a list. */
export function commandTargets(output: unknown): readonly string[] {
  if (!isObject(output)) return [];
  if (output['lg_name'] === 'Command') return namesIn(output['goto']);
  const several = output['output'];
  return Array.isArray(several) ? several.flatMap(commandTargets) : [];
}

/** A `Command` to the parent graph leaves a subgraph as an error. */
export function commandTargetsOfError(error: unknown): readonly string[] {
  return isObject(error) ? commandTargets(error['command']) : [];
}
