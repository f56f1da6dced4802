/** Parts of the estimator that can be left out. */
export const estimatorParts = [
  'call-counts',
  'session-past',
  'pairs',
  'learned-weights',
  'gaps',
  'index',
  'reuse-amount',
  'role-variants',
  'superseded',
  'session-end',
] as const;
/**
 * - `call-counts`: how often the branch has been at its agent;
 * - `session-past`: whom the session has called already, where rows say little; without it, any agent is as likely;
 * - `pairs`: which agent came before the present one;
 * - `learned-weights`: back-off weights move with their success;
 * - `gaps`: how long a branch has waited, and how long its like wait;
 * - `index`: the best ratio of reuse to time occupied; without it, reuse within a fixed horizon;
 * - `reuse-amount`: how much of a prompt comes again; without it, all;
 * - `role-variants`: prefixes of one agent are told apart; without it, all of an agent's are worth the same;
 * - `superseded`: prompts with a newer one are worthless;
 * - `session-end`: the end of a session is heard.
 */
export type EstimatorPart = (typeof estimatorParts)[number];

export type LeftOut = ReadonlySet<EstimatorPart>;

/** @throws {RangeError} on a part that is not known */
export function leftOut(parts: readonly EstimatorPart[]): LeftOut {
  for (const part of parts) {
    if (!estimatorParts.includes(part)) {
      throw new RangeError(
        `without has ${JSON.stringify(part)}; it may have ${estimatorParts.join(', ')}`,
      );
    }
  }
  return new Set(parts);
}
