import type { Arbiter } from './arbiter.ts';
import type { CallQueues } from './call-queues.ts';
import type { EngineMissing } from './effect-watch.ts';
import type { EngineDriver } from './engine-driver.ts';
import type { EndpointId } from './identities.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Renewals } from './renewals.ts';
import type { RuntimeReport } from './runtime.ts';

/** Length of what the policies would store now. */
export function stateBytes(host: PolicyHost): number {
  return host.saved().reduce((sum, { state }) => sum + JSON.stringify(state ?? null).length, 0);
}

export function endpointReports(
  drivers: ReadonlyMap<EndpointId, EngineDriver>,
  { arbiter, queues }: { readonly arbiter: Arbiter; readonly queues: CallQueues },
  renewals: Renewals,
): RuntimeReport['endpoints'] {
  return Object.fromEntries(
    Array.from(drivers, ([id, driver]) => {
      const queue = queues.report(id);
      const bill = driver.bill?.();
      const modelled = renewals.modelled(id);
      const missing = arbiter.missing(id);
      return [
        id,
        {
          budgetMs: arbiter.available(id),
          ...(queue && { queue }),
          ...(bill && { bill }),
          ...(modelled && { modelled }),
          ...(missing.length > 0 && { missing }),
        },
      ];
    }),
  );
}

export function missingEffects(
  drivers: Iterable<EngineDriver>,
  arbiter: Arbiter,
): readonly EngineMissing[] {
  return Array.from(drivers, ({ endpoint }) =>
    arbiter.missing(endpoint).map((one) => ({ endpoint, ...one })),
  ).flat();
}
