import { createHash } from 'node:crypto';
import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider';

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

/**
 * The prompt without the ids of workflow runs, which Mastra draws at random and shows to the model in the result of a
 * workflow tool: two runs of a script would differ by them and nothing else.
 */
export function withoutRunIds(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message) =>
    message.role === 'tool'
      ? {
          ...message,
          content: message.content.map((part) =>
            part.type === 'tool-result' && part.toolName.startsWith('workflow-')
              ? { ...part, output: withoutRunId(part.output) }
              : part,
          ),
        }
      : message,
  );
}

function withoutRunId(output: LanguageModelV4ToolResultOutput): LanguageModelV4ToolResultOutput {
  if (output.type !== 'json' || !isRecord(output.value)) return output;
  const { runId: _runId, ...value } = output.value;
  return { ...output, value };
}

type Json = Extract<LanguageModelV4ToolResultOutput, { readonly type: 'json' }>['value'];

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
