import type { ChatCall } from '../http/chat-call.ts';
import { isTextOnly } from '../http/prompt-chain.ts';

/** False for what chooses its own slot, spreads over several, or has no text for a prompt. */
export function isPlaceable({ body }: ChatCall): boolean {
  const { id_slot: slot, cache_prompt: caches, n } = body;
  return (
    slot === undefined &&
    caches !== false &&
    (n === undefined || n === null || n === 1) &&
    isTextOnly(body)
  );
}
