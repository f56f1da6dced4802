import type { Trace, TraceSession } from '@entresol/replay';
import { planConversation } from './conversation-plan.ts';
import type { PlannedMessage } from './conversation-plan.ts';
import { seededWords } from './seeded-words.ts';

export interface WrittenMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** What the engine's tokenizer and template make of our text. */
export interface TextSizes {
  readonly tokensPerWord: number;
  /** Around the text of each message. */
  readonly tokensPerMessage: number;
}

const sampleWords = 400;

function measured(count: number): WrittenMessage {
  return { role: 'user', content: seededWords('sizes', count) };
}

/** Measures on seeded text. @param promptTokens - of a whole prompt, as the engine counts them */
export function measureTextSizes(
  promptTokens: (messages: readonly WrittenMessage[]) => number,
): TextSizes {
  const short = promptTokens([measured(1)]);
  const long = promptTokens([measured(1 + sampleWords)]);
  const tokensPerWord = (long - short) / sampleWords;
  const tokensPerMessage = promptTokens([measured(1), measured(1)]) - short - tokensPerWord;
  return { tokensPerWord, tokensPerMessage: Math.max(0, tokensPerMessage) };
}

/**
 * The prompts of a session, in the order of its calls. The system message is the beginning of the text of the call's role
 * prefix, whatever the session; the other messages are the session's own. A message has at least one word.
 */
export function writePrompts(
  { workload }: Pick<Trace, 'workload'>,
  session: TraceSession,
  sizes: TextSizes,
): readonly (readonly WrittenMessage[])[] {
  const wordsOf = (tokens: number): number =>
    Math.max(1, Math.round((tokens - sizes.tokensPerMessage) / sizes.tokensPerWord));
  const places = Map.groupBy(session.calls.keys(), (at) => session.calls[at]?.conversation ?? 0);
  const prompts: (readonly WrittenMessage[])[] = [];
  for (const [conversation, ats] of places) {
    const calls = ats.flatMap((at) => session.calls[at] ?? []);
    const plan = planConversation(calls);
    for (const [index, at] of ats.entries()) {
      const call = calls[index];
      if (call === undefined) continue;
      prompts[at] = [
        {
          role: 'system',
          content: seededWords(
            JSON.stringify([workload, 'role', call.role]),
            wordsOf(call.roleTokens),
          ),
        },
        ...(plan[index] ?? []).map((message): WrittenMessage => ({
          role: 'user',
          content: seededWords(
            JSON.stringify([workload, session.id, conversation, message.call, message.part]),
            wordsOf(lengthOf(message)),
          ),
        })),
      ];
    }
  }
  return prompts;
}

function lengthOf({ from, to }: PlannedMessage): number {
  return to - from;
}
