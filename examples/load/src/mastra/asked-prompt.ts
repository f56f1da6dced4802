import { createHash } from 'node:crypto';
import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';

/** What the model of an agent is asked, as far as a script reads it. */
export interface AskedPrompt {
  readonly agent: string;
  /** The latest message of the user, or of the agent that delegated. */
  readonly question: string;
  /** Everything that users, or agents that delegate, have said; oldest first. */
  readonly questions: readonly string[];
  /** Tools that have answered since the question, in order. */
  readonly used: readonly string[];
  /** Equal for equal prompts of one agent, and for no others. */
  readonly key: string;
}

export function readPrompt(agent: string, prompt: LanguageModelV4Prompt): AskedPrompt {
  const latest = prompt.findLastIndex(({ role }) => role === 'user');
  const questions = prompt.filter(({ role }) => role === 'user').map(textOf);
  return {
    agent,
    questions,
    question: questions.at(-1) ?? '',
    used: prompt.slice(latest + 1).flatMap(toolsOf),
    key: createHash('sha256')
      .update(JSON.stringify([agent, prompt.map(plain)]))
      .digest('hex'),
  };
}

function textOf({ content }: LanguageModelV4Message): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function toolsOf(message: LanguageModelV4Message): readonly string[] {
  if (message.role !== 'tool') return [];
  return message.content.flatMap((part) => (part.type === 'tool-result' ? [part.toolName] : []));
}

/** Without the ids and options that Mastra adds anew in every run. */
function plain(message: LanguageModelV4Message): readonly unknown[] {
  if (message.role !== 'tool') return [message.role, textOf(message)];
  const results = message.content.flatMap((part) =>
    part.type === 'tool-result' ? [[part.toolName, part.output]] : [],
  );
  return [message.role, results];
}
