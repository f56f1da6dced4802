import type { Step } from '@mastra/core/workflows';

type Typed<Id extends string, Input, Output> = Step<Id, unknown, Input, Output>;

/**
 * A workflow as a step of another one. Mastra takes it as it is; its type of a workflow is no step where the compiler
 * tells an absent property from an undefined one.
 */
export function nestedStep<Id extends string, Input, Output>(
  workflow: Pick<Typed<Id, Input, Output>, 'id' | 'inputSchema' | 'outputSchema'>,
): Typed<Id, Input, Output> {
  if (!isStep<Id, Input, Output>(workflow)) throw new TypeError('A workflow has execute().');
  return workflow;
}

function isStep<Id extends string, Input, Output>(
  workflow: object,
): workflow is Typed<Id, Input, Output> {
  return 'execute' in workflow;
}
