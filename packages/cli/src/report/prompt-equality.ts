import type { RequestRecord } from '../arm/request-record.ts';

/** Whether arms asked the engine the same things. */
export interface PromptEquality {
  readonly equal: boolean;
  /** Per arm, how many of its requests the first arm did not send. */
  readonly differing: Readonly<Record<string, number>>;
}

/**
 * Compares the prompts of all arms with those of the first as multisets of hashes: sessions overlap differently in every
 * arm, so the order of requests says nothing.
 */
export function comparePrompts(
  arms: readonly { readonly name: string; readonly requests: readonly RequestRecord[] }[],
): PromptEquality {
  const [first, ...others] = arms;
  const differing: Record<string, number> = {};
  let equal = true;
  for (const { name, requests } of others) {
    const left = countPrompts(first?.requests ?? []);
    let unmatched = 0;
    for (const { promptHash } of requests) {
      const count = left.get(promptHash) ?? 0;
      if (count === 0) unmatched += 1;
      else left.set(promptHash, count - 1);
    }
    differing[name] = unmatched;
    equal &&= unmatched === 0 && requests.length === first?.requests.length;
  }
  return { equal, differing };
}

function countPrompts(requests: readonly RequestRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { promptHash } of requests) counts.set(promptHash, (counts.get(promptHash) ?? 0) + 1);
  return counts;
}
