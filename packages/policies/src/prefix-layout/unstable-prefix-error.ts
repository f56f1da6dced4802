import type { AgentId } from '@entresol/runtime-core';
import { EntresolError } from '@entresol/runtime-core';
import type { PartChange } from './drift.ts';

export type UnstablePrefixErrorCode = 'unstable-prefix' | 'nothing-checked';

/** Where the prefix of an agent is not what it was at its call before. */
export interface UnstablePlace extends PartChange {
  readonly agent: AgentId;
  /** Calls of the agent up to the one that differs, counted from 1. */
  readonly call: number;
}

/** An agent's prompts do not begin alike. `actual` and `expected` are the part's texts: test runners show how they differ. */
export class UnstablePrefixError extends EntresolError<UnstablePrefixErrorCode> {
  readonly actual: string;
  readonly expected: string;

  constructor(
    message: string,
    options: {
      readonly code: UnstablePrefixErrorCode;
      readonly value?: UnstablePlace;
      readonly actual?: string;
      readonly expected?: string;
    },
  ) {
    super(message, options);
    this.actual = options.actual ?? '';
    this.expected = options.expected ?? '';
  }
}
