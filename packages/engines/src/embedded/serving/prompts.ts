import type {
  CacheScope,
  CallDraft,
  EngineHost,
  PrefixLink,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import { createPrefixChain, EngineError, randomKey } from '@entresol/runtime-core';
import type { PromptRenderer } from '../chat/prompt-renderer.ts';
import type { Content } from '../../slot-manager/slots/content.ts';
import type { PrefixBook } from '../../slot-manager/slots/prefix-book.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import { parseChatRequest } from '../wire/chat-request.ts';

/** Requests as tokens, and tokens as prefixes of the runtime. */
export class Prompts {
  readonly #renderer: PromptRenderer;
  readonly #book: PrefixBook;
  readonly #chain = createPrefixChain(randomKey());

  constructor(renderer: PromptRenderer, book: PrefixBook) {
    this.#renderer = renderer;
    this.#book = book;
  }

  /**
   * Role head and whole prompt, exact over tokens.
   * @throws {EngineError} `bad-request` or `unsupported-field`
   */
  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    const { tokens, roleTokens } = this.#renderer.render(parseChatRequest(body));
    const links: PrefixLink[] = [];
    if (roleTokens > 0) links.push(this.#link(scope, undefined, tokens, roleTokens, 'role'));
    links.push(this.#link(scope, links[0], tokens, tokens.length, 'session'));
    return links;
  }

  #link(
    scope: CacheScope,
    parent: PrefixLink | undefined,
    tokens: Int32Array,
    end: number,
    kind: PrefixLink['kind'],
  ): PrefixLink {
    const piece = tokens.subarray(parent?.tokens ?? 0, end);
    const id = this.#chain.extend(scope, parent?.id, piece);
    this.#book.learn(id, scope, tokens.subarray(0, end));
    return { id, tokens: end, tokensEvidence: 'exact', kind };
  }

  /** What a request wants in its slot; references only where the runtime announced the call. */
  wantedBy(request: ChatRequest, draft: CallDraft | undefined): Content {
    const { tokens, roleTokens } = this.#renderer.render(request);
    const role = draft?.prefixes.find(({ session }) => session === undefined);
    const session = draft?.prefixes.findLast((prefix) => prefix.session !== undefined);
    return {
      tokens,
      namespace: draft?.scope.namespace ?? '',
      roleTokens,
      promptTokens: tokens.length,
      ...(role === undefined ? {} : { role }),
      ...(session === undefined ? {} : { session }),
    };
  }

  /** What a warm-up of `prefix` brings; undefined when the runtime no longer has the text. */
  wantedByWarmUp(prefix: PrefixRef, host: EngineHost): Content | undefined {
    const prompt = host.materialise(prefix);
    if (prompt === undefined) return undefined;
    const { namespace } = prefix.scope;
    if (prompt.form === 'tokens') return this.#warmed(prefix, namespace, prompt.ids);
    const request = parseChatRequest(prompt.body);
    if (prefix.session === undefined) {
      return this.#warmed(prefix, namespace, this.#renderer.renderHead(request));
    }
    const { tokens, roleTokens } = this.#renderer.render(request);
    return this.#warmed(prefix, namespace, tokens, roleTokens);
  }

  #warmed(prefix: PrefixRef, namespace: string, tokens: Int32Array, roleTokens?: number): Content {
    const promptTokens = tokens.length;
    if (prefix.session === undefined) {
      return { tokens, namespace, roleTokens: promptTokens, promptTokens, role: prefix };
    }
    const role = this.#book.refOf(prefix.parent);
    return {
      tokens,
      namespace,
      roleTokens: roleTokens ?? role?.tokens ?? 0,
      promptTokens,
      session: prefix,
      ...(role === undefined ? {} : { role }),
    };
  }
}

/** @throws {EngineError} `context-too-small`, status 400, when prompt and one token of reply do not fit a slot */
export function requireRoom(promptTokens: number, slotTokens: number): void {
  if (promptTokens < slotTokens) return;
  throw new EngineError(
    `The prompt has ${promptTokens} tokens and one slot holds ${slotTokens}, reply included. Shorten it or open the engine with a larger contextTokens.`,
    { code: 'context-too-small', engine: 'embedded', status: 400, value: promptTokens },
  );
}
