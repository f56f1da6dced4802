import type { ChatLine } from '@entresol/example-load/mastra';

/**
 * Characters of conversation from which no more figures are fetched: what has been said must do. It keeps the longest
 * prompt within a window of 4,096 tokens.
 */
const crowdedLength = 2_800;

export function isCrowded(conversation: string): boolean {
  return conversation.length > crowdedLength;
}

/** The conversation as all agents read it: only ever appended to, so that an agent's next prompt begins with its last. */
export function rendered(lines: readonly ChatLine[]): string {
  return lines.map(({ role, text }) => (role === 'user' ? `[buyer] ${text}` : text)).join('\n');
}

/** What an agent is asked: the conversation first, its task last. */
export function promptOf(conversation: string, task: string): string {
  return `${conversation}\n\nDesk: ${task}`;
}

/** What an agent said, ready to be kept. */
export function said(text: string, limit: number): string {
  const spoken = text.trim() || '(nothing to add)';
  return spoken.length <= limit ? spoken : `${spoken.slice(0, limit - 1)}…`;
}
