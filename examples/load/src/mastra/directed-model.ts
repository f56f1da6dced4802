import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Text,
  LanguageModelV4ToolCall,
} from '@ai-sdk/provider';
import { readPrompt, withoutRunIds } from './asked-prompt.ts';
import type { AskedPrompt } from './asked-prompt.ts';

/** What comes of a call of the model. */
export interface Direction {
  /** Tokens the reply may take. */
  readonly maxTokens: number;
  /** Stands in for what the model said; undefined = the model is taken at its word. */
  readonly reply?: ScriptedReply;
}

/** A text, or tools to call. */
export type ScriptedReply =
  | { readonly text: string }
  | { readonly tools: readonly ScriptedToolCall[] };

interface ScriptedToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Decides from the prompt alone, so that the same prompt always has the same reply. */
export type Director = (asked: AskedPrompt) => Direction;

/**
 * The model of one agent, under a director. The model is really called and its whole reply awaited, whatever the director
 * then makes of it: time, tokens and cache are the model's own.
 */
export function directedModel(
  model: LanguageModelV4,
  { agent, director }: { readonly agent: string; readonly director: Director },
): LanguageModelV4 {
  const direct = (options: LanguageModelV4CallOptions) => {
    const prompt = withoutRunIds(options.prompt);
    const asked = readPrompt(agent, prompt);
    const { maxTokens, reply } = director(asked);
    const bounds = { maxOutputTokens: maxTokens, temperature: 0 };
    return reply === undefined
      ? { bounded: { ...options, ...bounds }, content: undefined }
      : { bounded: { ...options, ...bounds, prompt }, content: contentOf(reply, asked.key) };
  };
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(options) {
      const { bounded, content } = direct(options);
      const result = await model.doGenerate(bounded);
      if (content === undefined) return result;
      return { ...result, content: [...content], finishReason: reasonFor(content) };
    },
    async doStream(options) {
      const { bounded, content } = direct(options);
      const result = await model.doStream(bounded);
      if (content === undefined) return result;
      return { ...result, stream: result.stream.pipeThrough(spoken(content)) };
    },
  };
}

type Content = readonly (LanguageModelV4Text | LanguageModelV4ToolCall)[];

function contentOf(reply: ScriptedReply, key: string): Content {
  if ('text' in reply) return [{ type: 'text', text: reply.text }];
  return reply.tools.map(({ name, args }, index) => ({
    type: 'tool-call',
    toolCallId: `call_${key.slice(0, 12)}_${index}`,
    toolName: name,
    input: JSON.stringify(args),
  }));
}

function reasonFor(content: Content): LanguageModelV4FinishReason {
  const asksTools = content.some(({ type }) => type === 'tool-call');
  return { unified: asksTools ? 'tool-calls' : 'stop', raw: undefined };
}

/** Keeps what is said about the reply and drops the reply; the scripted one comes when the model has ended. */
function spoken(
  content: Content,
): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  return new TransformStream({
    transform(part, controller) {
      if (part.type === 'finish') {
        for (const each of content.flatMap(partsOf)) controller.enqueue(each);
        controller.enqueue({ ...part, finishReason: reasonFor(content) });
      } else if (isAboutReply(part)) controller.enqueue(part);
    },
  });
}

function isAboutReply({ type }: LanguageModelV4StreamPart): boolean {
  return type === 'stream-start' || type === 'response-metadata' || type === 'error';
}

function partsOf(content: Content[number], index: number): readonly LanguageModelV4StreamPart[] {
  if (content.type === 'tool-call') return [content];
  const id = String(index);
  return [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: content.text },
    { type: 'text-end', id },
  ];
}
