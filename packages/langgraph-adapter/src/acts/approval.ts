import type { RunnableConfig } from '@langchain/core/runnables';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { interrupt } from '@langchain/langgraph';

/** Value of the interrupt with which a policy asks the user. Answer with `new Command({ resume: true })` or `false`. */
export interface ApprovalRequest {
  readonly type: 'entresol-approval';
  readonly question: string;
  readonly session: string;
  readonly agent: string;
  /** What waits: a tool with its arguments, or the step to another node. */
  readonly subject:
    | { readonly type: 'tool'; readonly tool: string; readonly args: unknown }
    | { readonly type: 'transition'; readonly to: string };
}

/** Key under which LangGraph hands a checkpointer down; without one nobody can be asked. */
const checkpointerKey = '__pregel_checkpointer';

export function canAsk(config: RunnableConfig): boolean {
  return config.configurable?.[checkpointerKey] !== undefined;
}

/**
 * Interrupts the run until somebody answers; only `true` is a yes. A policy must say the same of the same occasion until then:
 * LangGraph runs the node anew and matches answers to questions by their order.
 */
export async function isApproved(
  request: ApprovalRequest,
  config: RunnableConfig,
): Promise<boolean> {
  // The async context of a node that is a runnable itself is another one, and `interrupt` reads nothing else.
  const answer: unknown = await AsyncLocalStorageProviderSingleton.runWithConfig(config, () =>
    Promise.resolve().then((): unknown => interrupt(request)),
  );
  return answer === true;
}
