import type { AIMessage } from '@langchain/core/messages';
import type { DeskAgent, DeskRoute } from './agents.ts';

/** One model call, named by its place in the conversation and never by when it happens. */
export interface DeskMoment {
  /** The thread. */
  readonly session: string;
  readonly agent: DeskAgent;
  /** Which message of the customer is being worked on, from 1. */
  readonly turn: number;
  /** Triage decisions taken in this turn so far, from 1. */
  readonly step: number;
  /** Call within one visit of the agent, from 1; for a searcher, its angle. */
  readonly round: number;
}

export interface DeskToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Who decides at the desk. The model is really called at every moment; the director says what its
 * reply amounts to: taken at its word, or put aside for a script.
 */
export interface Director {
  /** Tokens the reply may take. */
  maxTokens(moment: DeskMoment): number;
  /** @param from the department that has just reported; undefined at the first step of a turn */
  route(moment: DeskMoment, reply: AIMessage, from: DeskRoute | undefined): DeskRoute;
  /** The tool the specialist asks for; undefined when it has what it needs. */
  toolCall(moment: DeskMoment, reply: AIMessage): DeskToolCall | undefined;
  /** What the agent is taken to have written. */
  write(moment: DeskMoment, reply: AIMessage): string;
  /** Whether the reviewer lets the draft out. */
  approves(moment: DeskMoment, reply: AIMessage): boolean;
}
