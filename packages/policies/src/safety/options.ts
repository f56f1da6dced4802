import type { AgentId } from '@entresol/runtime-core';

/** What one session may use. A call that could pass a limit is not sent. */
export interface Budget {
  /** LLM calls. */
  readonly calls?: number;
  /** Tokens, input and output. Needs `outputTokensPerCall`. */
  readonly tokens?: number;
  /** The most a call of the app can answer, as it bounds its calls (`max_tokens`); reserved before each call. */
  readonly outputTokensPerCall?: number;
}

export interface SafetyOptions {
  /** Tools that each listed agent may call. An agent that is not listed may call none. Undefined: not checked. */
  readonly tools?: Readonly<Record<AgentId, readonly string[]>>;
  /** Steps that may be taken from each listed agent. A step from an agent that is not listed is refused. Undefined: not checked. */
  readonly transitions?: Readonly<Record<AgentId, readonly AgentId[]>>;
  /** Times that an agent may make the same tool call, one after the other, in a session. Undefined: not checked. */
  readonly sameToolCalls?: number;
  readonly perSession?: Budget;
  /** Tools for which the user is asked, through the framework's own interrupt; refused where nobody can be asked. */
  readonly approve?: readonly string[];
}

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions({ sameToolCalls, perSession = {} }: SafetyOptions): void {
  const limits = { sameToolCalls, ...perSession };
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new RangeError(`${name} must be a whole number of 1 or more, got ${String(value)}`);
    }
  }
  if (perSession.tokens !== undefined && perSession.outputTokensPerCall === undefined) {
    throw new RangeError(
      `perSession.tokens ${perSession.tokens} needs outputTokensPerCall: without it no call can be checked before it is sent`,
    );
  }
}
