import type { PrefixRef } from '@entresol/runtime-core';

/**
 * What a slot or a saved state holds: token ids from position 0, whose they are, and which prefixes of the runtime they
 * carry. Without references (a request that the runtime did not announce) it is managed by recency alone.
 */
export interface Content {
  readonly tokens: Int32Array;
  /** KV is never shared between namespaces (tenants, LoRA), whatever the tokens. */
  readonly namespace: string;
  /** Length of the role head (system prompt and tools); 0 when there is none. */
  readonly roleTokens: number;
  /** Length of the prompt; what lies behind it is reply. */
  readonly promptTokens: number;
  readonly role?: PrefixRef;
  readonly session?: PrefixRef;
}

/** Fewer tokens than this are not worth a file, a load or a protest: about 25 ms of prefill at 2,400 tokens a second. */
export const negligibleTokens = 64;

export const emptyContent: Content = {
  tokens: new Int32Array(0),
  namespace: '',
  roleTokens: 0,
  promptTokens: 0,
};

/** Length of the longest common prefix. */
export function commonPrefix(left: Int32Array, right: Int32Array): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length++;
  return length;
}

/** Leading tokens of `content` that serve `wanted`; 0 across namespaces. */
export function sharedTokens(content: Content, wanted: Content): number {
  if (content.namespace !== wanted.namespace) return 0;
  return commonPrefix(content.tokens, wanted.tokens);
}

/** True when `holder` has every token of the first `length` ones of `content`. */
export function holds(holder: Content, content: Content, length: number): boolean {
  return holder.tokens.length >= length && sharedTokens(holder, content) >= length;
}

/** The same content cut to `length` tokens; references stay, and what they hold is bounded by the tokens. */
export function headOf(content: Content, length: number): Content {
  return length >= content.tokens.length
    ? content
    : { ...content, tokens: content.tokens.subarray(0, length) };
}

/** The role head alone, as a dedicated state or an only use. */
export function roleHeadOf(content: Content): Content {
  const { namespace, roleTokens, role } = content;
  const tokens = content.tokens.slice(0, roleTokens);
  return {
    tokens,
    namespace,
    roleTokens,
    promptTokens: roleTokens,
    ...(role === undefined ? {} : { role }),
  };
}

/** Same agent in the same session: the newer one of two such contents is the one that will be asked for. */
export function sameConversation(left: Content, right: Content): boolean {
  const a = left.session;
  const b = right.session;
  return (
    a !== undefined &&
    b !== undefined &&
    a.session !== undefined &&
    a.session === b.session &&
    a.agent === b.agent &&
    left.namespace === right.namespace
  );
}

/**
 * Tokens that matter and would be gone if only the first `kept` ones stayed because `wanted` takes the place. The reply
 * behind a conversation's older prompt does not count when its newer prompt comes: what of it is still in use was kept.
 * Contents that nobody announced are taken for one conversation.
 */
export function lostTokens(content: Content, kept: number, wanted: Content): number {
  const anonymous = content.session === undefined || wanted.session === undefined;
  const matters =
    anonymous || sameConversation(content, wanted)
      ? Math.min(content.promptTokens, content.tokens.length)
      : content.tokens.length;
  return Math.max(0, matters - kept);
}

/** The prefixes that a content carries, shortest first. */
export function prefixesOf({ role, session }: Content): readonly PrefixRef[] {
  return [role, session].filter((prefix) => prefix !== undefined);
}
