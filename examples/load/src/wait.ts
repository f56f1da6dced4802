import { setTimeout as sleep } from 'node:timers/promises';

/** Lets time pass: a back end at work, a customer thinking. Rejects when the signal aborts. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits in real time. */
export const waitInRealTime: Wait = (ms, signal) => sleep(ms, undefined, signal ? { signal } : {});
