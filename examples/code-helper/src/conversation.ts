import { AIMessage, HumanMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { HelperAgent } from './agents.ts';
import { isHandoff } from './agents.ts';

/** Characters of history from which an agent wraps up: no more tools, no more colleagues. */
const crowdedLength = 2_150;

/** One model call, named by its place in the conversation and never by when it happens. */
export interface HelperMoment {
  /** The thread. */
  readonly session: string;
  readonly agent: HelperAgent;
  /** Which message of the programmer is being worked on, from 1. */
  readonly turn: number;
  /** Model calls in this turn so far, this one included, from 1. */
  readonly step: number;
  /** Handoffs in this turn so far. */
  readonly handoffs: number;
  /** Model calls since the last handoff, this one included, from 1. */
  readonly round: number;
  /** The conversation has grown so long that this call has to answer. */
  readonly isCrowded: boolean;
}

function lengthOf(message: BaseMessage): number {
  const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
  return message.text.length + (calls.length > 0 ? JSON.stringify(calls).length : 0);
}

const isOver = ({ tool_calls }: AIMessage): boolean =>
  tool_calls?.some(({ name }) => isHandoff(name)) ?? false;

/** Where a conversation stands when an agent is about to call the model. */
export function momentOf(
  messages: readonly BaseMessage[],
  who: { readonly session: string; readonly agent: HelperAgent },
): HelperMoment {
  const asked = messages.findLastIndex((message) => HumanMessage.isInstance(message));
  const since = messages.slice(asked + 1).filter((message) => AIMessage.isInstance(message));
  return {
    ...who,
    turn: messages.filter((message) => HumanMessage.isInstance(message)).length,
    step: since.length + 1,
    handoffs: since.filter(isOver).length,
    round: since.length - since.findLastIndex(isOver),
    isCrowded: messages.reduce((sum, message) => sum + lengthOf(message), 0) > crowdedLength,
  };
}

/** Shortens a text to `length` characters, the ellipsis included. */
export function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
