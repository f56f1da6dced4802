import { EngineError } from '@entresol/runtime-core';
import { Template } from '@huggingface/jinja';

import type { ChatMessage, ToolCall } from '../wire/chat-message.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import { HeadRenderings } from './head-renderings.ts';
import { MessageBounds } from './message-bounds.ts';
import { commonPrefixLength, createPieceTokenizer } from './piece-tokenizer.ts';

interface RenderedPrompt {
  readonly tokens: Int32Array;
  /** Leading tokens that belong to the role: system and developer messages at the start, and the tools. 0 = no role. */
  readonly roleTokens: number;
  /** Per message: how many leading tokens are the rendering of the history up to and with it. Never decreases. */
  readonly messageEnds: readonly number[];
}

/**
 * The part of a request that a chat template sees. `tool_choice: "none"` leaves the tools in, so that the prompt of an
 * agent begins the same whether or not it may call one this time; vLLM does so too.
 */
export type PromptSource = Pick<ChatRequest, 'messages' | 'tools'>;

/** Turns requests into tokens; remembers pieces of text, so that a long history costs little more than its last message. */
export interface PromptRenderer {
  /** @throws {EngineError} `bad-request` when the model's template refuses the messages */
  render(body: PromptSource): RenderedPrompt;
  /** Tokens of the role alone: the first `roleTokens` of every prompt that begins with it. Empty = no role. */
  renderHead(body: PromptSource): Int32Array;
}

export interface PromptRendererOptions {
  /** The model's chat template (Jinja). */
  readonly template: string;
  readonly bosToken: string;
  readonly eosToken: string;
  /** Token ids of a text in which special tokens are recognised and to which nothing is added. */
  tokenize(text: string): readonly number[];
}

/** Renders messages to text. */
export type RenderText = (
  messages: readonly ChatMessage[],
  tools: PromptSource['tools'],
  addGenerationPrompt: boolean,
) => string;

export function createPromptRenderer(options: PromptRendererOptions): PromptRenderer {
  const renderText = createTextRenderer(options);
  const pieces = createPieceTokenizer(options);
  const heads = new HeadRenderings(renderText, pieces);
  const bounds = new MessageBounds(renderText, pieces);
  return {
    render(body) {
      const { messages, tools } = body;
      const text = renderText(messages, tools, true);
      const prompt = pieces.tokenize(text);
      const head = heads.tokensOf(messages, tools);
      return {
        tokens: prompt.tokens,
        roleTokens: commonPrefixLength(prompt.tokens, head),
        messageEnds: bounds.endsOf(messages, tools, text, prompt),
      };
    },
    renderHead: (body) => heads.tokensOf(body.messages, body.tools),
  };
}

function createTextRenderer(options: PromptRendererOptions): RenderText {
  const template = new Template(options.template);
  return (messages, tools, addGenerationPrompt) => {
    try {
      return template.render({
        messages: messages.map(templateMessage),
        ...(tools && tools.length > 0 && { tools }),
        add_generation_prompt: addGenerationPrompt,
        bos_token: options.bosToken,
        eos_token: options.eosToken,
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineError(
        `The model's chat template refuses these messages (${messages.map(({ role }) => role).join(', ')}): ${reason}`,
        { code: 'bad-request', engine: 'embedded', status: 400, value: messages, cause },
      );
    }
  };
}

/** Parts joined to one text, since many templates know no parts, and arguments as values, since most write the JSON themselves. */
function templateMessage(message: ChatMessage): Record<string, unknown> {
  const { content, ...rest } = message;
  const calls = message.role === 'assistant' ? message.tool_calls : undefined;
  return {
    ...rest,
    content:
      typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join(''),
    ...(calls && { tool_calls: calls.map(templateCall) }),
  };
}

function templateCall(call: ToolCall): Record<string, unknown> {
  return {
    ...call,
    function: { name: call.function.name, arguments: parsedArguments(call.function.arguments) },
  };
}

/** A model may have written broken JSON: then the template gets it as it is. */
function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
