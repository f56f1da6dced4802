import type { EngineDriver } from '@entresol/runtime-core';

/** An engine that is none: a runtime needs one, and the doctor must not send anything. */
export function silentEngine(): EngineDriver {
  return {
    endpoint: 'none',
    transport: {
      baseURL: 'http://doctor.invalid/v1',
      apiKey: 'none',
      fetch: () => Promise.reject(new TypeError('entresol doctor sends no requests')),
    },
    residency: { of: () => ({ tokens: 0, truth: 'own' }) },
    cost: { computeMs: () => 0, loadMs: () => 0, footprintBytes: () => 0 },
    open: () =>
      Promise.resolve({
        retention: 'none',
        prefetch: 'none',
        drop: false,
        demote: false,
        extraRequestsCostMoney: false,
        minWarmTokens: 0,
        exclusive: false,
      }),
    close: () => Promise.resolve(),
    identify: () => [],
    decorate: (body) => body,
    usage: () => undefined,
    load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
    submit: () => undefined,
  };
}
