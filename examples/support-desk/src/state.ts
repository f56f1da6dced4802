import { Annotation, messagesStateReducer } from '@langchain/langgraph';
import type { AnnotationRoot, BaseChannel, OverwriteValue } from '@langchain/langgraph';
import type { BaseMessage } from '@langchain/core/messages';
import type { DeskRoute } from './agents.ts';

/** What one searcher brings back. */
interface ResearchNote {
  /** Which of the parallel searches, from 1. */
  readonly angle: number;
  readonly query: string;
  readonly text: string;
}

/** A channel with values of one type and updates of another; LangGraph's overwrite fits every one. */
type Channel<Value, Update = Value> = BaseChannel<Value, OverwriteValue<Value> | Update>;

/** The channels of the root graph; a type rather than an interface because LangGraph indexes it. */
export type DeskChannels = {
  /** The conversation as every agent reads it; only ever appended to. */
  readonly messages: Channel<BaseMessage[]>;
  /** Triage's last decision; undefined before the first. */
  readonly route: Channel<DeskRoute | undefined>;
  /** Triage decisions in the present turn. */
  readonly step: Channel<number>;
  /** What the searchers found in the present research; null as an update throws it away. */
  readonly notes: Channel<readonly ResearchNote[], readonly ResearchNote[] | null>;
};

export type ReplyChannels = {
  readonly messages: Channel<BaseMessage[]>;
  readonly step: Channel<number>;
  /** What would be sent to the customer now. */
  readonly letter: Channel<string>;
  /** What the reviewer wants changed. */
  readonly remark: Channel<string>;
  /** Drafts written for this reply. */
  readonly round: Channel<number>;
  /** Whether the draft went out. */
  readonly sent: Channel<boolean>;
};

const conversation: () => Channel<BaseMessage[]> = () =>
  Annotation<BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] });

const latest = <T>(first: T): Channel<T> =>
  Annotation<T>({ reducer: (_, next) => next, default: () => first });

export const deskState: AnnotationRoot<DeskChannels> = Annotation.Root({
  messages: conversation(),
  route: latest<DeskRoute | undefined>(undefined),
  step: latest(0),
  notes: Annotation<readonly ResearchNote[], readonly ResearchNote[] | null>({
    reducer: (found, more) => (more ? [...found, ...more] : []),
    default: () => [],
  }),
});

/** The reply subgraph shares `messages` and `step` with the root; the rest is its own and begins anew. */
export const replyState: AnnotationRoot<ReplyChannels> = Annotation.Root({
  messages: conversation(),
  step: latest(0),
  letter: latest(''),
  remark: latest(''),
  round: latest(0),
  sent: latest(false),
});

export type DeskState = typeof deskState.State;
export type DeskUpdate = typeof deskState.Update;
export type ReplyState = typeof replyState.State;
export type ReplyUpdate = typeof replyState.Update;
