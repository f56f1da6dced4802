import type { TraceCall } from '@entresol/replay';

/** A message behind the role prefix. Equal positions and births mean equal text. */
export interface PlannedMessage {
  /** Call, counted within its conversation, that wrote it, and its place among the messages of that call. */
  readonly call: number;
  readonly part: number;
  /** Context tokens before it, and up to its end. */
  readonly from: number;
  readonly to: number;
}

type Sizes = Pick<TraceCall, 'contextTokens' | 'reusedTokens'>;

/**
 * The messages of every prompt of one conversation: each keeps those of the prompt before it up to `reusedTokens` and
 * writes the rest anew. New text is cut into messages where a later prompt will leave it, so that what two prompts share
 * ends between messages, as in the applications that were traced.
 */
export function planConversation(calls: readonly Sizes[]): readonly (readonly PlannedMessage[])[] {
  let kept: readonly PlannedMessage[] = [];
  return calls.map(({ contextTokens, reusedTokens }, call) => {
    kept = kept.filter(({ to }) => to <= reusedTokens);
    const from = kept.at(-1)?.to ?? 0;
    const ends = [...laterCuts(calls, call, from), contextTokens];
    const added = ends.map((to, part): PlannedMessage => ({
      call,
      part,
      from: part === 0 ? from : (ends[part - 1] ?? from),
      to,
    }));
    kept = [...kept, ...added.filter((message) => message.to > message.from)];
    return kept;
  });
}

/** Where later prompts leave the text that this call writes, in order of position. */
function laterCuts(calls: readonly Sizes[], call: number, from: number): readonly number[] {
  const cuts: number[] = [];
  let alive = calls[call]?.contextTokens ?? 0;
  for (const { reusedTokens } of calls.slice(call + 1)) {
    if (reusedTokens < alive) {
      alive = reusedTokens;
      if (alive <= from) break;
      cuts.unshift(alive);
    }
  }
  return cuts;
}
