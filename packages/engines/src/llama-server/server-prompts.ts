import type {
  CacheScope,
  CallDraft,
  EngineHost,
  PrefixLink,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import { EngineError } from '@entresol/runtime-core';
import { PromptChain, type PromptHead } from '../http/prompt-chain.ts';
import { commonPrefix, type Content } from '../slot-manager/slots/content.ts';
import type { PrefixBook } from '../slot-manager/slots/prefix-book.ts';
import type { ServerAPI } from './server-api.ts';

/** Heads whose tokens are remembered; the oldest go first. */
const maxHeads = 512;
const noTokens = new Int32Array(0);

/** A prompt as the server computes it. */
interface RenderedPrompt {
  readonly tokens: Int32Array;
  /** Leading tokens that every prompt of the role begins with. */
  readonly roleTokens: number;
}

/** Requests as tokens of the server's own template and vocabulary, and tokens as prefixes of the runtime. */
export class ServerPrompts {
  readonly chain: PromptChain = new PromptChain('llama-server');
  readonly #book: PrefixBook;
  readonly #heads = new Map<string, Promise<Int32Array>>();

  constructor(book: PrefixBook) {
    this.#book = book;
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.chain.identify(body, scope);
  }

  /**
   * What a request wants in its slot; references only where the runtime announced the call.
   * @throws {EngineError} `bad-request` when the server's template refuses the messages
   */
  async wantedBy(
    body: RequestBody,
    draft: CallDraft | undefined,
    api: ServerAPI,
    signal?: AbortSignal,
  ): Promise<Content> {
    const { tokens, roleTokens } = await this.#render(body, api, signal);
    const role = draft?.prefixes.find(({ session }) => session === undefined);
    const session = draft?.prefixes.findLast((prefix) => prefix.session !== undefined);
    return {
      tokens,
      namespace: draft?.scope.namespace ?? '',
      roleTokens,
      promptTokens: tokens.length,
      ...(role === undefined ? {} : { role: this.#learn(role, tokens.subarray(0, roleTokens)) }),
      ...(session === undefined ? {} : { session: this.#learn(session, tokens) }),
    };
  }

  /** What a warm-up of `prefix` brings; undefined when the runtime no longer has the text. */
  async wantedByWarmUp(
    prefix: PrefixRef,
    host: EngineHost,
    api: ServerAPI,
    signal?: AbortSignal,
  ): Promise<Content | undefined> {
    const prompt = host.materialise(prefix);
    if (prompt === undefined) return undefined;
    const { namespace } = prefix.scope;
    if (prompt.form === 'tokens') return this.#warmed(prefix, namespace, prompt.ids, 0);
    if (prefix.session === undefined) {
      const head = this.chain.headOf(prompt.body);
      return this.#warmed(prefix, namespace, await this.#headTokens(head, prompt.body, api), 0);
    }
    const { tokens, roleTokens } = await this.#render(prompt.body, api, signal);
    return this.#warmed(prefix, namespace, tokens, roleTokens);
  }

  #warmed(prefix: PrefixRef, namespace: string, tokens: Int32Array, roleTokens: number): Content {
    const promptTokens = tokens.length;
    const known = this.#learn(prefix, tokens);
    if (prefix.session === undefined) {
      return { tokens, namespace, roleTokens: promptTokens, promptTokens, role: known };
    }
    const role = this.#book.refOf(prefix.parent);
    return {
      tokens,
      namespace,
      roleTokens,
      promptTokens,
      session: known,
      ...(role === undefined ? {} : { role }),
    };
  }

  /** The runtime's reference with what was counted in place of what was estimated. */
  #learn(prefix: PrefixRef, tokens: Int32Array): PrefixRef {
    this.chain.figures.learn(prefix.id, tokens.length);
    const counted: PrefixRef = { ...prefix, tokens: tokens.length, tokensEvidence: 'exact' };
    this.#book.learn(prefix.id, prefix.scope, tokens);
    this.#book.learnRef(counted);
    return counted;
  }

  async #render(body: RequestBody, api: ServerAPI, signal?: AbortSignal): Promise<RenderedPrompt> {
    const head = this.chain.headOf(body);
    const [text, headTokens] = await Promise.all([
      api.applyTemplate(templateFields(body), signal),
      head.text === '' ? noTokens : this.#headTokens(head, body, api),
    ]);
    const tokens = await api.tokenize(text, signal);
    this.chain.figures.learnRatio(JSON.stringify(body['messages']).length, tokens.length);
    return { tokens, roleTokens: commonPrefix(tokens, headTokens) };
  }

  #headTokens(head: PromptHead, body: RequestBody, api: ServerAPI): Promise<Int32Array> {
    const known = this.#heads.get(head.text);
    if (known !== undefined) return known;
    const counting = sharedHead(head, body, api);
    this.#heads.set(head.text, counting);
    const oldest = this.#heads.size > maxHeads ? this.#heads.keys().next().value : undefined;
    if (oldest !== undefined) this.#heads.delete(oldest);
    // Asked for again, it is tried again; who waits now hears of the failure.
    counting.catch(() => this.#heads.delete(head.text));
    return counting;
  }
}

/**
 * The common beginning of two conversations that differ in their first word, and of the head alone where the template
 * takes it: some refuse a head without a user, and some write the tools into the first user message.
 */
async function sharedHead(
  { messages }: PromptHead,
  body: RequestBody,
  api: ServerAPI,
): Promise<Int32Array> {
  const probes = [
    [...messages, { role: 'user', content: 'a' }],
    [...messages, { role: 'user', content: 'b' }],
  ];
  if (messages.length > 0) probes.push([...messages]);
  const rendered = await Promise.all(
    probes.map((probe) => tokensOrNothing({ ...templateFields(body), messages: probe }, api)),
  );
  const [first = noTokens, ...others] = rendered.flat();
  return others.reduce((shared, tokens) => shared.subarray(0, commonPrefix(shared, tokens)), first);
}

async function tokensOrNothing(body: RequestBody, api: ServerAPI): Promise<Int32Array[]> {
  try {
    return [await api.tokenize(await api.applyTemplate(body))];
  } catch (error) {
    if (error instanceof EngineError && error.code === 'bad-request') return [];
    throw error;
  }
}

/** What shapes a prompt; the rest of a request is the sampler's, and a stream would be a reply of another form. */
function templateFields(body: RequestBody): RequestBody {
  const {
    messages,
    tools,
    tool_choice,
    parallel_tool_calls,
    response_format,
    chat_template_kwargs,
  } = body;
  const { reasoning_format, add_generation_prompt, json_schema } = body;
  return Object.fromEntries(
    Object.entries({
      messages,
      tools,
      tool_choice,
      parallel_tool_calls,
      response_format,
      chat_template_kwargs,
      reasoning_format,
      add_generation_prompt,
      json_schema,
    }).filter(([, value]) => value !== undefined && value !== null),
  );
}
