import type { SessionId } from '@entresol/runtime-core';
import { isObject } from './mastra-shape.ts';

/**
 * What a plain step is suspended with when a policy wants the user asked before it. Resume the run with
 * `{ resumeData: { approved: true } }`, or `false`.
 */
export interface ApprovalRequest {
  readonly type: 'entresol-approval';
  readonly question: string;
  readonly session: SessionId;
  /** Path of the step that waits. */
  readonly to: string;
}

/** Does the run come back from a question of ours? */
export function isAnswer(params: unknown): boolean {
  const asked: unknown = isObject(params) ? params['suspendData'] : undefined;
  return isObject(asked) && asked['type'] === 'entresol-approval';
}

export function isApproved(params: unknown): boolean {
  const answer: unknown = isObject(params) ? params['resumeData'] : undefined;
  return isObject(answer) && answer['approved'] === true;
}

/** The step has not run yet: it sees neither the question nor the answer. */
export function withoutAnswer(params: unknown): unknown {
  return isObject(params) ? { ...params, resumeData: undefined, suspendData: undefined } : params;
}

/** A step with schemas of its own for suspending accepts no others. */
export function canAsk(step: object, params: unknown): boolean {
  const isPlain = !hasSchema(step, 'suspendSchema') && !hasSchema(step, 'resumeSchema');
  return isPlain && isObject(params) && typeof params['suspend'] === 'function';
}

/** Suspends the run until somebody answers. */
export function suspendToAsk(params: unknown, request: ApprovalRequest): unknown {
  const suspend: unknown = isObject(params) ? params['suspend'] : undefined;
  if (typeof suspend !== 'function') return undefined;
  return Reflect.apply(suspend, undefined, [request]);
}

function hasSchema(step: object, name: string): boolean {
  return Reflect.get(step, name) !== undefined;
}
