import {
  createPrefixChain,
  EngineError,
  type CacheScope,
  type PrefixId,
  type PrefixLink,
  randomKey,
  type RequestBody,
} from '@entresol/runtime-core';
import { z } from 'zod';
import { Ancestry } from './ancestry.ts';
import { TokenFigures } from './token-figures.ts';

interface Message {
  readonly role: string;
  readonly content?: unknown;
}

interface PromptFields {
  readonly messages: readonly Message[];
  readonly tools?: readonly unknown[] | null | undefined;
  readonly chat_template_kwargs?: unknown;
}

const promptSchema: z.ZodType<PromptFields> = z.object({
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown().optional() })).min(1),
  tools: z.array(z.unknown()).nullish(),
  chat_template_kwargs: z.unknown().optional(),
});

/** What a server renders before the first message of a conversation, and what it makes of a chat template. */
export interface PromptHead {
  readonly messages: readonly Message[];
  /** Equal texts, equal heads. */
  readonly text: string;
}

/**
 * Prefix chain of requests whose prompt the server renders: over canonical messages, so ids are exact and token counts
 * are estimated until the server has counted.
 */
export class PromptChain {
  readonly figures: TokenFigures = new TokenFigures();
  readonly ancestry: Ancestry = new Ancestry();
  readonly #engine: string;
  readonly #chain = createPrefixChain(randomKey());

  constructor(engine: string) {
    this.#engine = engine;
  }

  /**
   * Role head and whole prompt.
   * @throws {EngineError} `bad-request` on a body without messages
   */
  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    const prompt = this.#read(body);
    const head = headOf(prompt);
    const rest = prompt.messages.slice(head.messages.length).map((one) => JSON.stringify(one));
    const links: PrefixLink[] = [];
    let id: PrefixId | undefined;
    if (head.text !== '') {
      id = this.#chain.extend(scope, undefined, head.text);
      links.push(this.#link(id, 'role', 0, head.text.length));
    }
    let earlier: PrefixId | undefined;
    for (const [at, piece] of rest.entries()) {
      id = this.#chain.extend(scope, id, piece);
      // Where the last message ends, this prompt would find itself.
      if (at < rest.length - 1) earlier = this.ancestry.endingAt(id) ?? earlier;
    }
    // Behind an equal head the whole prompt is another prefix even when it adds no message.
    const whole = this.#chain.extend(scope, id, 'end');
    this.ancestry.note(whole, id, earlier);
    const before = links[0]?.tokens ?? 0;
    const characters = rest.reduce((sum, piece) => sum + piece.length, 0);
    links.push(this.#link(whole, 'session', before, characters));
    return links;
  }

  /** @throws {EngineError} `bad-request` */
  headOf(body: RequestBody): PromptHead {
    return headOf(this.#read(body));
  }

  #link(id: PrefixId, kind: PrefixLink['kind'], before: number, characters: number): PrefixLink {
    const counted = this.figures.counted(id);
    if (counted !== undefined) return { id, kind, tokens: counted, tokensEvidence: 'exact' };
    const tokens = before + this.figures.estimate(characters);
    return { id, kind, tokens, tokensEvidence: 'derived' };
  }

  #read(body: RequestBody): PromptFields {
    const read = promptSchema.safeParse(body);
    if (read.success) return read.data;
    throw new EngineError(
      `${this.#engine}: a chat completion needs messages with roles: ${read.error.issues[0]?.message ?? ''}`,
      { code: 'bad-request', engine: this.#engine, status: 400, value: body['messages'] },
    );
  }
}

function headOf({ messages, tools, chat_template_kwargs: kwargs }: PromptFields): PromptHead {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const leading = first === -1 ? messages : messages.slice(0, first);
  const hasTools = tools !== undefined && tools !== null && tools.length > 0;
  if (leading.length === 0 && !hasTools) return { messages: leading, text: '' };
  return { messages: leading, text: JSON.stringify([leading, hasTools ? tools : [], kwargs]) };
}

/** True when every part of every message is text: only then do a server's tokens say what the prompt is. */
export function isTextOnly(body: RequestBody): boolean {
  const read = promptSchema.safeParse(body);
  return (
    read.success &&
    read.data.messages.every(
      ({ content }) =>
        !Array.isArray(content) ||
        content.every(
          (part: unknown) =>
            typeof part === 'object' && part !== null && 'type' in part && part.type === 'text',
        ),
    )
  );
}
