const frameworkNames = ['langgraph', 'mastra'] as const;
export type FrameworkName = (typeof frameworkNames)[number];

/** The example graphs; the first one of a framework is its usual one. */
export const graphNames = [
  'support-desk',
  'research-crew',
  'code-helper',
  'market-brief',
  'concierge',
] as const;
export type GraphName = (typeof graphNames)[number];

/** What each example is written with. */
export const frameworkOf: Readonly<Record<GraphName, FrameworkName>> = {
  'support-desk': 'langgraph',
  'research-crew': 'langgraph',
  'code-helper': 'langgraph',
  'market-brief': 'mastra',
  concierge: 'mastra',
};

/** Values of `--framework`. */
export type FrameworkChoice = FrameworkName | 'all';
export const frameworkChoices: readonly FrameworkChoice[] = [...frameworkNames, 'all'];

/** What is run when nobody names a framework. */
export const usualFramework: FrameworkChoice = 'langgraph';

/** Every example of the framework. */
export function graphsOf(framework: FrameworkChoice): readonly GraphName[] {
  return graphNames.filter((name) => framework === 'all' || frameworkOf[name] === framework);
}

/** The usual example of each framework that is meant. */
export function usualGraphsOf(framework: FrameworkChoice): readonly GraphName[] {
  return frameworkNames.flatMap((name) =>
    framework === 'all' || framework === name ? graphsOf(name).slice(0, 1) : [],
  );
}

/** What is wrong with naming these examples beside `--framework`, and the way out; undefined = nothing. */
export function mistakeIn(
  graphs: readonly GraphName[],
  framework: FrameworkChoice | undefined,
): string | undefined {
  const known = graphsOf(framework ?? 'all');
  const stranger = graphs.find((name) => !known.includes(name));
  return stranger === undefined
    ? undefined
    : `error: --graph ${stranger} is an example of ${frameworkOf[stranger]}, not of ${framework}; leave --framework away or take one of ${known.join(', ')}`;
}
