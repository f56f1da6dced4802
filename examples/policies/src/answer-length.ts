import type { AgentId, CallDraft, Policy, PolicyMode } from '@entresol/runtime-core';

export interface AnswerLengthOptions {
  /** Answers of an agent from which its next one is foretold. Default 20. */
  readonly window?: number;
  readonly mode?: PolicyMode;
}

/** Foretells how long the answer of an agent will be from its last ones, and writes it on the call. */
export function answerLength({ window = 20, mode }: AnswerLengthOptions = {}): Policy {
  if (!(Number.isSafeInteger(window) && window > 0)) {
    throw new RangeError(`window must be a whole number of 1 or more, got ${window}`);
  }
  const lengths = new Map<AgentId, readonly number[]>();
  const expected = ({ agent }: CallDraft) => {
    const sorted = [...(lengths.get(agent) ?? [])].toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
    const [p50, p90] = [at(0.5), at(0.9)];
    return p50 === undefined || p90 === undefined ? undefined : { p50, p90 };
  };
  return {
    name: 'answer-length',
    interference: 'endpoint',
    ...(mode === undefined ? {} : { mode }),
    observe(event) {
      if (event.type !== 'call-end' || event.usage === undefined) return;
      const last = [...(lengths.get(event.agent) ?? []), event.usage.output];
      lengths.set(event.agent, last.slice(-window));
    },
    predict: { outputTokens: expected },
    act: {
      inline(occasion) {
        if (occasion.type !== 'request') return [];
        const tokens = expected(occasion.draft);
        return tokens === undefined ? [] : [{ kind: 'annotate', expectedOutputTokens: tokens.p90 }];
      },
    },
  };
}
