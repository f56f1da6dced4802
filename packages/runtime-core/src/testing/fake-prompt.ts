import type { RequestBody } from '../engine-driver.ts';

/** One stretch of a prompt as `FakeDriver` renders it. */
export interface PromptPiece {
  readonly kind: 'role' | 'session';
  readonly text: string;
  readonly tokens: number;
}

export type TokenUnit = 'words' | 'characters';

/**
 * Renders a request as the role head (leading system messages and tools) and one piece per message after it.
 *
 * @throws {TypeError} when `messages` is not a list of objects with a role
 */
export function renderPieces(body: RequestBody, unit: TokenUnit): readonly PromptPiece[] {
  const messages = messagesOf(body);
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const cut = first === -1 ? messages.length : first;
  const tools = body['tools'] === undefined ? '' : JSON.stringify(body['tools']);
  const head = [...messages.slice(0, cut).map(({ text }) => text), tools].filter(Boolean);
  const pieces = messages
    .slice(cut)
    .map(({ role, text }) => pieceOf('session', `${role}: ${text}`, unit));
  return head.length === 0 ? pieces : [pieceOf('role', head.join('\n'), unit), ...pieces];
}

/** Tokens of a text; a text that is not empty has at least one. */
export function countTokens(text: string, unit: TokenUnit): number {
  return unit === 'characters' ? text.length : (text.match(/\S+/g)?.length ?? 0);
}

function pieceOf(kind: PromptPiece['kind'], text: string, unit: TokenUnit): PromptPiece {
  return { kind, text, tokens: countTokens(text, unit) };
}

function messagesOf(
  body: RequestBody,
): readonly { readonly role: string; readonly text: string }[] {
  const messages: unknown = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new TypeError(
      `messages must be a list that is not empty, got ${JSON.stringify(messages)}`,
    );
  }
  return messages.map((message: unknown) => {
    if (typeof message !== 'object' || message === null || !('role' in message)) {
      throw new TypeError(`a message must have a role, got ${JSON.stringify(message)}`);
    }
    const { role, ...rest } = message;
    const content = 'content' in rest ? rest.content : undefined;
    const plain = typeof content === 'string' && Object.keys(rest).length === 1;
    return { role: String(role), text: plain ? content : JSON.stringify(rest) };
  });
}
