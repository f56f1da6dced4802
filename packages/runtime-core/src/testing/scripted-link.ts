import type { RequestBody } from '../engine-driver.ts';
import type { CallIdentity, FrameworkLink, FrameworkPort } from '../framework.ts';

/** Who a scripted request says it is; what is missing is made up from what is there. */
export type ScriptedIdentity = Partial<CallIdentity> & Pick<CallIdentity, 'agent' | 'session'>;

/** A `FrameworkLink` that answers from the request itself and writes down what it was asked. */
export interface ScriptedLink extends FrameworkLink {
  readonly asked: readonly RequestBody[];
}

/**
 * A framework that is no framework: `identityOf` says whose request a body is, undefined = not ours. Calls are numbered
 * `call-1`, `call-2`, … where the identity names none.
 */
export function scriptedLink(
  identityOf: (body: RequestBody) => ScriptedIdentity | undefined,
  can: FrameworkPort['can'] = new Set(['hold-call', 'reject-call']),
): ScriptedLink {
  const asked: RequestBody[] = [];
  let calls = 0;
  return {
    asked,
    port: { can },
    identify(body) {
      asked.push(body);
      const identity = identityOf(body);
      if (identity === undefined) return undefined;
      calls += 1;
      const call = identity.call ?? `call-${calls}`;
      return {
        workload: 'workload',
        dispatch: `dispatch-of-${call}`,
        attempt: 1,
        metadata: {},
        ...identity,
        call,
      };
    },
  };
}
