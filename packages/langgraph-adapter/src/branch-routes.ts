import type { Cause, Scope } from './dispatch.ts';
import type { LocalGraph } from './local-graph.ts';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Labels and nodes that a branch function can have meant: one name or `Send`, or several. */
function named(choice: unknown): readonly string[] {
  if (typeof choice === 'string') return [choice];
  if (Array.isArray(choice)) return choice.flatMap(named);
  return isObject(choice) && typeof choice['node'] === 'string' ? [choice['node']] : [];
}

/** Nodes that a branch of `node` has chosen, if `output` is that of a branch; empty when it cannot be. */
function chosenTargets(
  local: LocalGraph | undefined,
  node: string,
  output: unknown,
): readonly string[] {
  const branches = local?.branches.get(node);
  if (branches === undefined) return [];
  // LangChain wraps what is no object.
  const choice = isObject(output) && 'output' in output ? output['output'] : output;
  return named(choice).flatMap((name) => {
    const targets = branches.flatMap((ends) => {
      if (ends === undefined) return local?.names.has(name) === true ? [name] : [];
      // A `Send` names its node and passes by the path map.
      const target = ends[name] ?? (local?.names.has(name) === true ? name : undefined);
      return target === undefined ? [] : [target];
    });
    return [...new Set(targets)];
  });
}

/**
 * Notes what a run chose that was begun directly by that of a node: its branches do so, and its own code may. What that
 * returns is taken for a choice when it is one by name.
 */
export function noteRoute(scope: Scope | undefined, output: unknown): void {
  const { isStep, dispatch } = scope ?? {};
  if (isStep !== true || dispatch === undefined) return;
  const targets = chosenTargets(dispatch.graph?.local, dispatch.name, output);
  if (targets.length > 0) dispatch.routes = [...dispatch.routes, targets];
}

/** True or false when all branches of a dispatch were seen to choose; undefined when they were not. */
export function hasChosen(
  local: LocalGraph | undefined,
  { name, routes }: Cause,
  target: string,
): boolean | undefined {
  const branches = local?.branches.get(name);
  if (branches === undefined || routes.length < branches.length) return undefined;
  return routes.some((targets) => targets.includes(target));
}
