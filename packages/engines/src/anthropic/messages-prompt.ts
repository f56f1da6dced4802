import { EngineError, type RequestBody } from '@entresol/runtime-core';
import { z } from 'zod';
import { textOf, type HostedPrompt } from '../hosted/hosted-chain.ts';

const block = z.looseObject({});
const schema = z.object({
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  system: z.union([z.string(), z.array(block)]).nullish(),
  tools: z.array(z.unknown()).nullish(),
});
/** A role head alone, as a runtime remembers it. */
const headSchema = schema.extend({ messages: z.array(z.never()) });

/**
 * Prompt of a Messages request; tools come first, then the system prompt.
 * @throws {EngineError} `bad-request`
 */
export function messagesPrompt(body: RequestBody, engine: string): HostedPrompt {
  const read = z.union([schema, headSchema]).safeParse(body);
  if (!read.success) {
    throw new EngineError(`${engine}: a request needs messages with roles`, {
      code: 'bad-request',
      engine,
      status: 400,
      value: body['messages'],
    });
  }
  const { messages, system, tools } = read.data;
  const hasTools = tools !== undefined && tools !== null && tools.length > 0;
  const said = system !== undefined && system !== null && system.length > 0;
  const head = hasTools || said ? textOf([hasTools ? tools : [], said ? blocks(system) : []]) : '';
  return {
    head,
    pieces: messages.map((message) => textOf({ ...message, content: blocks(message['content']) })),
  };
}

/** A text is a list of one block: where a mark is written, one becomes the other. */
function blocks(content: unknown): unknown {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
