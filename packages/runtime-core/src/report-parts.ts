import type { Arbiter } from './arbiter.ts';
import type { CallQueues } from './call-queues.ts';
import type { EndpointId } from './identities.ts';
import type { PolicyHost } from './policy-host.ts';
import type { RuntimeReport } from './runtime.ts';

/** Length of what the policies would store now. */
export function stateBytes(host: PolicyHost): number {
  return host.saved().reduce((sum, { state }) => sum + JSON.stringify(state ?? null).length, 0);
}

export function endpointReports(
  endpoints: Iterable<EndpointId>,
  { arbiter, queues }: { readonly arbiter: Arbiter; readonly queues: CallQueues },
): RuntimeReport['endpoints'] {
  return Object.fromEntries(
    Array.from(endpoints, (id) => {
      const queue = queues.report(id);
      return [id, { budgetMs: arbiter.available(id), ...(queue === undefined ? {} : { queue }) }];
    }),
  );
}
