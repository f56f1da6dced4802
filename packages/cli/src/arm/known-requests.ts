import { writeFile } from 'node:fs/promises';
import type { KnownRequest } from './known-request.ts';
import type { PlannedRequest } from './planned-requests.ts';
import type { RequestRecord } from './request-record.ts';

/** The arm sent a prompt that the script does not hold, so nobody can say whose it was. */
export class UnplannedRequestError extends Error {
  override readonly name = 'UnplannedRequestError';
  readonly code = 'unplanned-request';
  readonly promptHash: string;

  constructor(promptHash: string) {
    super(
      `An arm sent a prompt (${promptHash.slice(0, 12)}) that is not in the script: leave oracle out of --arms.`,
    );
    this.promptHash = promptHash;
  }
}

/**
 * Puts together who asks (the plan) and when and how long (the arm that ran), in order of sending. Equal prompts of
 * several sessions go to them in the order of the plan.
 * @throws {UnplannedRequestError}
 */
export function joinKnownRequests(
  plan: readonly PlannedRequest[],
  sent: readonly RequestRecord[],
): readonly KnownRequest[] {
  const planned = Map.groupBy(plan, ({ promptHash }) => promptHash);
  const ordered = sent.toSorted((left, right) => left.startedAtMs - right.startedAtMs);
  const first = ordered[0]?.startedAtMs ?? 0;
  const turns = new Map<string, number>();
  return ordered.map(({ promptHash, startedAtMs, usage }) => {
    const whose = planned.get(promptHash)?.shift();
    if (whose === undefined) throw new UnplannedRequestError(promptHash);
    const { session, agent, messages } = whose;
    const turn = turns.get(session) ?? 0;
    turns.set(session, turn + 1);
    return {
      session,
      agent,
      turn,
      messages,
      startedAtMs: startedAtMs - first,
      outputTokens: usage?.completionTokens ?? 0,
    };
  });
}

/** One JSON document a line, readable by its owner alone: it holds prompts. */
export async function writeKnownRequests(
  path: string,
  requests: readonly KnownRequest[],
): Promise<void> {
  await writeFile(path, requests.map((request) => `${JSON.stringify(request)}\n`).join(''), {
    mode: 0o600,
  });
}
