import type { AgentId, CallId, PrefixId, PrefixRef, SessionId } from './identities.ts';

/** Prompts of one agent in one session that a new one is compared with, newest last. */
const promptsCompared = 4;

/** An earlier call of the same agent and session, and how many leading tokens the prompt has in common with it. */
export interface ContinuedPrompt {
  readonly call: CallId;
  /** Role prefix included. By share of characters: a message is not counted by itself. */
  readonly tokens: number;
}

interface SentPrompt {
  readonly call: CallId;
  readonly role: PrefixId | undefined;
  /** Of each message after the role head; no text is kept. */
  readonly digests: readonly number[];
}

/** Tells which earlier prompt of its agent a prompt continues. Asked for by policies that want it; costs a hash of the text. */
export class PromptContinuity {
  readonly #sent = new Map<SessionId, Map<AgentId, SentPrompt[]>>();

  /**
   * Notes a prompt that is about to be sent.
   * @param prefixes - its chain, shortest first
   * @param history - its messages after the role head, each as a text
   * @returns undefined when the agent has no earlier prompt with this role head in the session
   */
  note(
    { call, agent, session }: Record<'call' | 'agent' | 'session', string>,
    prefixes: readonly PrefixRef[],
    history: readonly string[],
  ): ContinuedPrompt | undefined {
    const role = prefixes.findLast((prefix) => prefix.session === undefined);
    const digests = history.map(digest);
    const agents = this.#sent.get(session) ?? new Map<AgentId, SentPrompt[]>();
    this.#sent.set(session, agents);
    const earlier = agents.get(agent) ?? [];
    const others = earlier.filter((sent) => sent.call !== call);
    let best: { readonly sent: SentPrompt; readonly messages: number } | undefined;
    for (const sent of others) {
      if (sent.role !== role?.id) continue;
      const messages = commonMessages(sent.digests, digests, history);
      if (best === undefined || messages >= best.messages) best = { sent, messages };
    }
    agents.set(agent, [...others.slice(1 - promptsCompared), { call, role: role?.id, digests }]);
    if (best === undefined) return undefined;
    const roleTokens = role?.tokens ?? 0;
    const ownTokens = (prefixes.at(-1)?.tokens ?? 0) - roleTokens;
    const all = characters(history);
    const share = all === 0 ? 0 : characters(history.slice(0, best.messages)) / all;
    return { call: best.sent.call, tokens: roleTokens + Math.floor(ownTokens * share) };
  }

  forget(session: SessionId): void {
    this.#sent.delete(session);
  }

  clear(): void {
    this.#sent.clear();
  }
}

/** Where the whole earlier prompt comes again, the reply to it that follows was in the cache too. */
function commonMessages(
  earlier: readonly number[],
  newer: readonly number[],
  history: readonly string[],
): number {
  const differs = newer.findIndex((each, at) => each !== earlier[at]);
  const common = differs === -1 ? newer.length : differs;
  const isReply = common === earlier.length && isAssistant(history[common]);
  return isReply ? common + 1 : common;
}

function isAssistant(message: string | undefined): boolean {
  return message !== undefined && /^(?:assistant |\{"role":"assistant")/u.test(message);
}

function characters(history: readonly string[]): number {
  return history.reduce((sum, text) => sum + text.length, 0);
}

/** 53 bits (cyrb53): enough to tell the messages of one conversation apart. */
function digest(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 2_654_435_761);
    high = Math.imul(high ^ code, 1_597_334_677);
  }
  low =
    Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  high =
    Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return 2 ** 32 * (high & 0x1fffff) + (low >>> 0);
}
