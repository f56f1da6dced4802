import type { AIMessage } from '@langchain/core/messages';
import type { CrewAgent } from './agents.ts';

/** One model call, named by its place in the conversation and never by when it happens. */
export interface CrewMoment {
  /** The thread. */
  readonly session: string;
  readonly agent: CrewAgent;
  /** Which message of the user is being worked on, from 1. */
  readonly turn: number;
  /** For a searcher its sub-question, from 1; otherwise 1. */
  readonly branch: number;
  /** Call within one visit of the agent, from 1. */
  readonly round: number;
}

export interface CrewToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Who decides in the crew. The model is really called at every moment; the director says what its
 * reply amounts to: taken at its word, or put aside for a script.
 */
export interface Director {
  /** Tokens the reply may take. */
  maxTokens(moment: CrewMoment): number;
  /** Whether the message needs research; otherwise the conversation already answers it. */
  needsResearch(moment: CrewMoment, reply: AIMessage): boolean;
  /** The questions to search for, at least one; `question` is the user's own. */
  subQuestions(moment: CrewMoment, reply: AIMessage, question: string): readonly string[];
  /** The tool a searcher asks for; undefined when it has what it needs. */
  toolCall(moment: CrewMoment, reply: AIMessage): CrewToolCall | undefined;
  /** What the agent is taken to have written. */
  write(moment: CrewMoment, reply: AIMessage): string;
  /** Whether the critic lets the draft pass. */
  approves(moment: CrewMoment, reply: AIMessage): boolean;
}
