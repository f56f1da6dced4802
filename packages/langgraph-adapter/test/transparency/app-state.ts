import { Annotation, messagesStateReducer, StateGraph } from '@langchain/langgraph';
import type { BaseMessage } from '@langchain/core/messages';

/** State of every generated graph. A subgraph hands back all it was given, so both reducers keep what is new only. */
const AppState = Annotation.Root({
  log: Annotation<string[]>({
    reducer: (left, right) => [...new Set([...left, ...right])],
    default: () => [],
  }),
  messages: Annotation<BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] }),
});

export type AppStateType = typeof AppState.State;

/** A graph whose nodes have names that are known only when they are generated. */
export function emptyGraph() {
  return new StateGraph<typeof AppState.spec, AppStateType, typeof AppState.Update, string>(
    AppState,
  );
}

/** Tells runs apart that go on side by side: the first entry is the input's. */
export function labelOf({ log }: { readonly log?: readonly string[] }): string {
  return log?.[0] ?? 'no input';
}
