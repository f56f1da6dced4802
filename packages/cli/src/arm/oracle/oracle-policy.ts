import type {
  CallId,
  CostModel,
  Policy,
  PrefixRef,
  RuntimeEvent,
  Worth,
} from '@entresol/runtime-core';
import type { KnownRequest } from '../known-request.ts';
import { KnownFuture } from './known-future.ts';
import type { NextUse } from './known-future.ts';

/** The newest prompt of one agent in one session. */
interface Newest {
  readonly prefix: string;
  readonly place: number;
  readonly roleTokens: number;
}

/** By a call that waits for the engine: a part of a step, and all of it as far as anybody can tell. */
const usedNow: NextUse = { steps: 0.25, share: 1 };
const worthless: Worth = { reuse: 0, gainMs: 0, keep: 0 };

/**
 * What ranking could gain if every session's requests were known in advance: a prefix is worth what its next use saves,
 * per byte and per request of its session until then. How sessions interleave is not known, since it follows from the
 * engine's own speed; and it prefetches nothing.
 */
export function oraclePolicy(requests: readonly KnownRequest[]): Policy {
  const future = new KnownFuture(requests);
  const newest = new Map<string, Newest>();
  /** Prompts that a queued call is about to use, by that call. */
  const awaited = new Map<CallId, Newest>();

  const worthOfRole = (prefix: PrefixRef, cost: CostModel): Worth => {
    const steps = future.stepsToAgent(prefix.agent);
    if (steps === undefined) return worthless;
    const gainMs = cost.computeMs(0, prefix.tokens);
    return { reuse: 1, gainMs, keep: perByte(gainMs / steps, cost.footprintBytes(prefix.tokens)) };
  };

  const worthInSession = (prefix: PrefixRef, session: string, cost: CostModel): Worth => {
    const wanted = [...awaited.values()].find((each) => each.prefix === prefix.id);
    const known = wanted ?? newest.get(keyOf(session, prefix.agent));
    if (known === undefined || known.prefix !== prefix.id) return worthless;
    const use = wanted === undefined ? future.nextUse(session, known.place) : usedNow;
    const own = prefix.tokens - known.roleTokens;
    if (use === undefined || own <= 0) return worthless;
    const gainMs = cost.computeMs(known.roleTokens, prefix.tokens) * use.share;
    return { reuse: 1, gainMs, keep: perByte(gainMs / use.steps, cost.footprintBytes(own)) };
  };

  const observe = (event: RuntimeEvent): void => {
    if (event.type === 'session-close') future.end(event.session);
    if (
      event.type === 'call-first-token' ||
      event.type === 'call-end' ||
      event.type === 'call-fail'
    ) {
      awaited.delete(event.call);
    }
    if (event.type !== 'call-start' || event.attempt > 1) return;
    const { session, agent, prefixes } = event;
    const place = future.send(session, agent);
    const whole = prefixes.at(-1);
    if (place === undefined || whole === undefined) return;
    const older = newest.get(keyOf(session, agent));
    if (older !== undefined) awaited.set(event.call, older);
    const role = prefixes.find((prefix) => prefix.session === undefined);
    newest.set(keyOf(session, agent), {
      prefix: whole.id,
      place,
      roleTokens: role?.tokens ?? 0,
    });
  };

  return {
    name: 'oracle',
    mode: 'on',
    interference: 'endpoint',
    observe,
    score: {
      prefix(prefix, _horizonMs, context) {
        const cost = context.cost(prefix.scope);
        return prefix.session === undefined
          ? worthOfRole(prefix, cost)
          : worthInSession(prefix, prefix.session, cost);
      },
    },
  };
}

function keyOf(session: string, agent: string): string {
  return JSON.stringify([session, agent]);
}

function perByte(value: number, bytes: number): number {
  return value / Math.max(1, bytes);
}
