import { Annotation, messagesStateReducer } from '@langchain/langgraph';
import type { AnnotationRoot, BaseChannel, OverwriteValue } from '@langchain/langgraph';
import type { BaseMessage } from '@langchain/core/messages';

/** What one searcher brings back. */
interface SearchNote {
  /** Which sub-question, from 1. */
  readonly branch: number;
  readonly text: string;
}

/** A channel with values of one type and updates of another; LangGraph's overwrite fits every one. */
type Channel<Value, Update = Value> = BaseChannel<Value, OverwriteValue<Value> | Update>;

/** The channels of the root graph; a type rather than an interface because LangGraph indexes it. */
export type CrewChannels = {
  /** The conversation as every agent reads it; only ever appended to. */
  readonly messages: Channel<BaseMessage[]>;
  readonly needsResearch: Channel<boolean>;
  readonly subQuestions: Channel<readonly string[]>;
  /** Null as an update throws the notes away. */
  readonly notes: Channel<readonly SearchNote[], readonly SearchNote[] | null>;
};

export type ReportChannels = {
  readonly messages: Channel<BaseMessage[]>;
  readonly draft: Channel<string>;
  /** What the critic wants changed. */
  readonly remark: Channel<string>;
  /** Drafts written for this report. */
  readonly round: Channel<number>;
  readonly accepted: Channel<boolean>;
};

const conversation: () => Channel<BaseMessage[]> = () =>
  Annotation<BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] });

const latest = <T>(first: T): Channel<T> =>
  Annotation<T>({ reducer: (_, next) => next, default: () => first });

export const crewState: AnnotationRoot<CrewChannels> = Annotation.Root({
  messages: conversation(),
  needsResearch: latest(true),
  subQuestions: latest<readonly string[]>([]),
  notes: Annotation<readonly SearchNote[], readonly SearchNote[] | null>({
    reducer: (found, more) => (more ? [...found, ...more] : []),
    default: () => [],
  }),
});

/** The report subgraph shares `messages` with the root; the rest is its own and begins anew. */
export const reportState: AnnotationRoot<ReportChannels> = Annotation.Root({
  messages: conversation(),
  draft: latest(''),
  remark: latest(''),
  round: latest(0),
  accepted: latest(false),
});

export type CrewState = typeof crewState.State;
export type CrewUpdate = typeof crewState.Update;
export type ReportState = typeof reportState.State;
export type ReportUpdate = typeof reportState.Update;
