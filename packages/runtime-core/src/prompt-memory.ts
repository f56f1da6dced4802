import type { RequestBody } from './engine-driver.ts';
import type {
  AgentId,
  CacheScope,
  CallId,
  PrefixId,
  PrefixLink,
  PrefixRef,
  SessionId,
} from './identities.ts';
import { PromptContinuity } from './prompt-continuity.ts';
import type { ContinuedPrompt } from './prompt-continuity.ts';

/** Role heads kept; one per agent and scope, oldest out. */
const maxRoleHeads = 256;
/** Calls of an agent whose prompt was role head + shared history, before its next prompt is taken as known. */
const callsThatShowSharing = 2;

interface Newest {
  readonly agent: AgentId;
  readonly scope: CacheScope;
  readonly body: RequestBody;
  readonly prefix: PrefixRef;
  /** Messages after the role head, each as a text that is equal for equal messages, to compare histories. */
  readonly history: readonly string[];
  readonly bytes: number;
  /** What other agents would send next in the session, composed on demand. */
  readonly next: Map<AgentId, PrefixRef | undefined>;
}
/** How an agent's prompts compare with what another agent of its session had sent just before. */
interface Sharing {
  /** Calls in a row whose history began with that prompt's. */
  readonly seen: number;
  /** Messages at the end of that prompt that were its own (a task for that agent) and did not come again. */
  readonly ownAtEnd: number;
}
/** Most messages at the end of a prompt that may be its agent's own. */
const maxOwnAtEnd = 1;
interface RoleHead {
  readonly body: RequestBody;
  readonly prefix: PrefixRef;
  readonly characters: number;
}

export interface PromptMemoryOptions {
  /** Most text of newest prompts held, in UTF-16 code units; the sessions longest unseen go first. */
  readonly maxCharacters?: number;
  readonly identify: (body: RequestBody, scope: CacheScope) => readonly PrefixLink[];
  /** Say which earlier prompt each one continues. Default: no. */
  readonly comparesPrompts?: boolean;
}

/**
 * The only place that holds prompt text: at most one role head per agent and scope, and the newest prompt per live
 * session. In memory, bounded, dropped when the session closes; it never reaches events, recordings or saved state.
 */
export class PromptMemory {
  readonly #identify: PromptMemoryOptions['identify'];
  readonly #maxCharacters: number;
  readonly #heads = new Map<string, RoleHead>();
  readonly #newest = new Map<SessionId, Newest>();
  readonly #sharing = new Map<AgentId, Sharing>();
  /** Prefixes that were handed out by `nextPrefix` and whose text is composed. */
  readonly #composed = new Map<PrefixId, { readonly body: RequestBody; readonly of: SessionId }>();
  readonly #continuity: PromptContinuity | undefined;
  #characters = 0;

  constructor({
    identify,
    maxCharacters = 8_000_000,
    comparesPrompts = false,
  }: PromptMemoryOptions) {
    this.#continuity = comparesPrompts ? new PromptContinuity() : undefined;
    this.#identify = identify;
    this.#maxCharacters = maxCharacters;
  }

  /** Learns from a call that is about to be sent. `prefixes` is its chain, shortest first. */
  remember(
    agent: AgentId,
    session: SessionId,
    body: RequestBody,
    prefixes: readonly PrefixRef[],
    call?: CallId,
  ): ContinuedPrompt | undefined {
    const messages = messagesOf(body);
    const whole = prefixes.at(-1);
    if (messages === undefined || whole === undefined) return undefined;
    const headLength = messages.findIndex((message) => !isRoleMessage(message));
    const cut = headLength === -1 ? messages.length : headLength;
    const role = prefixes.find(({ session: owner }) => owner === undefined);
    const headCharacters =
      role === undefined
        ? charactersOfHead(body, messages.slice(0, cut))
        : this.#rememberHead(agent, body, messages.slice(0, cut), role);

    const history = messages.slice(cut).map(textOfMessage);
    this.#noteSharing(agent, history, this.#newest.get(session));
    // With what was composed for it: that text is older than this prompt.
    this.forget(session);
    const bytes = history.reduce((sum, text) => sum + text.length, headCharacters);
    const { scope } = whole;
    const next = new Map();
    this.#newest.set(session, { agent, scope, body, prefix: whole, history, bytes, next });
    this.#characters += bytes;
    for (const oldest of this.#newest.keys()) {
      if (this.#characters <= this.#maxCharacters || oldest === session) break;
      this.forget(oldest);
    }
    if (call === undefined) return undefined;
    return this.#continuity?.note({ call, agent, session }, prefixes, history);
  }

  /** @returns its length in characters */
  #rememberHead(
    agent: AgentId,
    body: RequestBody,
    messages: readonly unknown[],
    role: PrefixRef,
  ): number {
    const key = headKey(agent, role.scope);
    const known = this.#heads.get(key);
    // Set anew also when it is the same, so that heads in use are the last to go.
    this.#heads.delete(key);
    let head = known;
    if (head?.prefix.id !== role.id) {
      const text = {
        model: body['model'],
        messages,
        ...pick(body, 'system'),
        ...pick(body, 'tools'),
      };
      head = { body: text, prefix: role, characters: charactersOfHead(body, messages) };
    }
    this.#heads.set(key, head);
    if (this.#heads.size > maxRoleHeads) {
      const oldest = this.#heads.keys().next().value;
      if (oldest !== undefined) this.#heads.delete(oldest);
    }
    return head.characters;
  }

  #noteSharing(agent: AgentId, history: readonly string[], before: Newest | undefined): void {
    if (before === undefined || before.agent === agent || before.history.length === 0) return;
    const differs = before.history.findIndex((text, at) => text !== history[at]);
    const ownAtEnd = differs === -1 ? 0 : before.history.length - differs;
    const known = this.#sharing.get(agent) ?? { seen: 0, ownAtEnd: 0 };
    const continues = differs !== 0 && ownAtEnd <= maxOwnAtEnd;
    this.#sharing.set(agent, {
      seen: continues ? known.seen + 1 : 0,
      ownAtEnd: continues ? Math.max(known.ownAtEnd, ownAtEnd) : 0,
    });
  }

  /**
   * What `agent` would send in `session` as far as it is known: its own newest prompt, else its role head followed by
   * the session's history where the agent is seen to send exactly that, else the role head.
   */
  nextPrefix(agent: AgentId, session: SessionId): PrefixRef | undefined {
    const newest = this.#newest.get(session);
    if (newest?.agent === agent) return newest.prefix;
    const head = this.#head(agent, newest?.scope);
    if (head === undefined || newest === undefined) return head?.prefix;
    const sharing = this.#sharing.get(agent);
    if (sharing === undefined || sharing.seen < callsThatShowSharing) return head.prefix;
    if (!newest.next.has(agent)) {
      newest.next.set(agent, this.#compose(agent, session, head, newest, sharing.ownAtEnd));
    }
    return newest.next.get(agent) ?? head.prefix;
  }

  #head(agent: AgentId, scope: CacheScope | undefined): RoleHead | undefined {
    if (scope !== undefined) return this.#heads.get(headKey(agent, scope));
    return [...this.#heads.values()].findLast(({ prefix }) => prefix.agent === agent);
  }

  #compose(
    agent: AgentId,
    session: SessionId,
    head: RoleHead,
    newest: Newest,
    ownAtEnd: number,
  ): PrefixRef | undefined {
    const sent = messagesOf(newest.body) ?? [];
    const tail = sent.slice(sent.length - newest.history.length, sent.length - ownAtEnd);
    if (tail.length === 0) return undefined;
    const body = { ...head.body, messages: [...(messagesOf(head.body) ?? []), ...tail] };
    const link = this.#chainOf(body, newest.scope).at(-1);
    if (link === undefined) return undefined;
    this.#composed.set(link.id, { body, of: session });
    if (this.#composed.size > maxRoleHeads) {
      const oldest = this.#composed.keys().next().value;
      if (oldest !== undefined) this.#composed.delete(oldest);
    }
    return {
      id: link.id,
      scope: newest.scope,
      agent,
      session,
      parent: head.prefix.id,
      tokens: link.tokens,
      tokensEvidence: link.tokensEvidence,
    };
  }

  /** A prompt made up of two that were sent may be one that the engine cannot render: then it is not known. */
  #chainOf(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    try {
      return this.#identify(body, scope);
    } catch {
      return [];
    }
  }

  /** Text of a prefix for a warm-up; undefined when it is gone. */
  materialise(prefix: PrefixRef): RequestBody | undefined {
    if (prefix.session === undefined) {
      const head = this.#heads.get(headKey(prefix.agent, prefix.scope));
      return head?.prefix.id === prefix.id ? head.body : undefined;
    }
    const newest = this.#newest.get(prefix.session);
    if (newest?.prefix.id === prefix.id) return newest.body;
    const composed = this.#composed.get(prefix.id);
    return composed?.of === prefix.session ? composed?.body : undefined;
  }

  /** Drops the text of a session. */
  forget(session: SessionId): void {
    this.#forgetNewest(session);
    for (const [id, { of }] of this.#composed) if (of === session) this.#composed.delete(id);
  }

  /** The session will not come back. */
  close(session: SessionId): void {
    this.forget(session);
    this.#continuity?.forget(session);
  }

  #forgetNewest(session: SessionId): void {
    this.#characters -= this.#newest.get(session)?.bytes ?? 0;
    this.#newest.delete(session);
  }

  clear(): void {
    this.#heads.clear();
    this.#newest.clear();
    this.#composed.clear();
    this.#continuity?.clear();
    this.#characters = 0;
  }

  /** For reports and tests. */
  get size(): {
    readonly roleHeads: number;
    readonly sessions: number;
    readonly characters: number;
  } {
    return {
      roleHeads: this.#heads.size,
      sessions: this.#newest.size,
      characters: this.#characters,
    };
  }
}

function headKey(agent: AgentId, { endpoint, model, namespace }: CacheScope): string {
  return `${agent}\u0000${endpoint}\u0000${model}\u0000${namespace}`;
}

function messagesOf(body: RequestBody): readonly unknown[] | undefined {
  const messages = body['messages'];
  return Array.isArray(messages) ? messages : undefined;
}

function charactersOfHead(body: RequestBody, messages: readonly unknown[]): number {
  return JSON.stringify([messages, body['system'] ?? null, body['tools'] ?? null]).length;
}

/** The common message of a role and a text needs no JSON: writing that would cost as much as sending the body anew. */
function textOfMessage(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'role' in message) {
    const { role, content, ...rest }: { role: unknown; content?: unknown } = message;
    if (typeof role === 'string' && typeof content === 'string') {
      const more = Object.keys(rest).length === 0 ? '' : JSON.stringify(rest);
      return `${role} ${more}\n${content}`;
    }
  }
  return JSON.stringify(message) ?? '';
}

function isRoleMessage(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('role' in message)) return false;
  return message.role === 'system' || message.role === 'developer';
}

function pick(body: RequestBody, key: string): RequestBody {
  return body[key] === undefined ? {} : { [key]: body[key] };
}
