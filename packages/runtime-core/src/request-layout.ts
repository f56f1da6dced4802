import type { RequestBody } from './engine-driver.ts';
import type { AgentId, CallId, EndpointId, SessionId, TenantId, WorkloadId } from './identities.ts';

/**
 * A request as the app wrote it, before anything is decided about it. It holds the text of a prompt: what a policy keeps
 * of it stays in memory, bounded, and never reaches events, recordings or saved state.
 */
export interface RequestToLayOut {
  readonly workload: WorkloadId;
  readonly agent: AgentId;
  readonly session: SessionId;
  /** The same for every attempt of one call: it has to get the same layout each time. */
  readonly call: CallId;
  readonly endpoint: EndpointId;
  readonly tenant?: TenantId;
  /** False in shadow: the answer is not used. */
  readonly acts: boolean;
  /** With the layouts of the policies listed before. */
  readonly body: RequestBody;
}

/** The same request in another layout. */
export interface RequestLayout {
  readonly body: RequestBody;
  /** Tools that go by another name on the wire: that name → the app's. Replies reach the app under its own names. */
  readonly toolNames?: ReadonlyMap<string, string>;
}

/** What becomes of a request: its body as it is sent and as replies to it are read. */
export interface LaidOut {
  readonly body: RequestBody;
  readonly toolNames: ReadonlyMap<string, string>;
}

const sameNames: ReadonlyMap<string, string> = new Map();

/** A request that nobody lays out anew. */
export function asWritten(body: RequestBody): LaidOut {
  return { body, toolNames: sameNames };
}

/** Adds one policy's layout to those before it: names lead back to the app's through all of them. */
export function layOver(before: LaidOut, { body, toolNames = sameNames }: RequestLayout): LaidOut {
  if (toolNames.size === 0) return { body, toolNames: before.toolNames };
  const back = new Map(before.toolNames);
  for (const [wire, name] of toolNames) back.set(wire, before.toolNames.get(name) ?? name);
  return { body, toolNames: back };
}
