import type { RequestBody } from '@entresol/runtime-core';
import type { Wire } from './wire.ts';

const words = [
  'account answer branch cargo delay engine figure garden harbour index journey kernel ledger',
  'market number office parcel quarter record signal ticket update value window yield zone',
].join(' ');

/** A text of about `count` words that begins with its title, so that two titles share nothing. */
function text(title: string, count: number): string {
  const list = words.split(' ');
  return [title, ...Array.from({ length: count }, (_, at) => list[(at * 7) % list.length])].join(
    ' ',
  );
}

export interface PromptOptions {
  readonly wire: Wire;
  readonly model: string;
  readonly maxTokens: number;
  /** Of a system prompt. */
  readonly roleWords: number;
}

/** A request of agent `agent`: its own system prompt and a history of user and assistant turns. */
export function chat(
  agent: string,
  turns: readonly string[],
  { wire, model, maxTokens, roleWords }: PromptOptions,
): RequestBody {
  return wire.body({
    model,
    maxTokens,
    system: instructions(agent, roleWords),
    turns: turns.map((turn, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: text(turn, 12),
    })),
  });
}

/** The head of an agent alone, as a runtime remembers it for a warm-up. */
export function roleHead(agent: string, { wire, model, roleWords }: PromptOptions): RequestBody {
  return wire.body({ model, system: instructions(agent, roleWords), turns: [] });
}

function instructions(agent: string, length: number): string {
  return text(`${agent} instructions`, length);
}
