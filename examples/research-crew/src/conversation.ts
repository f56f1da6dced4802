import { HumanMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';

/**
 * Characters of history from which the crew wraps up: no more searches, only a
 * report. It keeps the longest prompt within a window of 4,096 tokens.
 */
const crowdedLength = 2_800;

/** Which message of the user is the latest, from 1. */
export function turnOf(messages: readonly BaseMessage[]): number {
  return messages.filter((message) => HumanMessage.isInstance(message)).length;
}

export function isCrowded(messages: readonly BaseMessage[]): boolean {
  return messages.reduce((sum, { text }) => sum + text.length, 0) > crowdedLength;
}

/** @throws {TypeError} when the run names no thread: a crew without threads would mix its users up */
export function sessionOf(config: RunnableConfig): string {
  const session: unknown = config.configurable?.['thread_id'];
  if (typeof session !== 'string' || session === '') {
    throw new TypeError(`configurable.thread_id should be a name, not ${String(session)}`);
  }
  return session;
}
