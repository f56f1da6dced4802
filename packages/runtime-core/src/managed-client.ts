import type { CallGate } from './call-gate.ts';
import type { CallQueues } from './call-queues.ts';
import { readCallRequest, refusal, type CallRequest } from './call-request.ts';
import type { CallPlan } from './directives.ts';
import type { EngineDriver, RequestBody, Transport } from './engine-driver.ts';
import type { CallIdentity } from './framework.ts';
import type { CallDraft } from './policy.ts';
import type { LaidOut } from './request-layout.ts';
import { openAIApis, responsesUsage } from './responses-api.ts';
import { lastUsagePayload, observeStream, type StreamEnd } from './stream-observer.ts';
import { renameInReply, renameInStream } from './tool-names.ts';
import type { Usage } from './usage.ts';
import { bodyOf, readWhole } from './whole-body.ts';

/** A managed call on its way: who it is, what it sends, and what was decided about it. */
export interface PreparedCall {
  readonly identity: CallIdentity;
  readonly draft: CallDraft;
  readonly plan: CallPlan;
  /** What is sent in place of the app's body. */
  readonly layout: LaidOut;
  /** Its place among the calls of this runtime, in the order in which they came. */
  readonly arrival: number;
}

/** What the client needs from the runtime; the client itself decides nothing. */
export interface CallDesk {
  readonly gate: CallGate;
  readonly queues: Pick<CallQueues, 'turn'>;
  readonly ready: Promise<void>;
  /** Books the call and asks the policies; undefined = unmanaged. Never throws. */
  prepare(body: RequestBody, driver: EngineDriver): PreparedCall | undefined;
  firstToken(call: PreparedCall): void;
  ended(call: PreparedCall, usage: Usage | undefined): void;
  failed(call: PreparedCall, code: string): void;
  unmanaged(): void;
  /** Another driver of this runtime, for a plan that routes. */
  driver(endpoint: string): EngineDriver | undefined;
}

/**
 * `fetch` for a client of the driver's API: decorates, measures and forwards. A request that is not ours, or that
 * anything of ours fails on, goes out as the app wrote it.
 */
export function createManagedClient(driver: EngineDriver, desk: CallDesk): Transport {
  const { baseURL, apiKey, fetch: upstream } = driver.transport;
  const managed = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    await desk.ready;
    const request = await readCallRequest(input, init, driver.apis);
    const call = request && desk.prepare(request.body, driver);
    if (request === undefined || call === undefined) {
      desk.unmanaged();
      return upstream(input, init);
    }
    return send(request, call, driver, desk);
  };
  return { baseURL, apiKey, fetch: managed };
}

async function send(
  request: CallRequest,
  call: PreparedCall,
  driver: EngineDriver,
  desk: CallDesk,
): Promise<Response> {
  const { plan } = call;
  if (plan.verdict === 'reject' || plan.verdict === 'approve') {
    // Nobody can be asked on a model request, so a call that needs approval is refused: safety fails closed.
    desk.failed(call, 'rejected');
    return refusal(403, 'policy_rejected', plan.reason ?? 'refused by a policy');
  }
  const signal = request.init.signal ?? undefined;
  if (plan.hold !== undefined) await desk.gate.wait(plan.hold, signal);
  const target = routed(request, plan, desk) ?? driver;
  try {
    const turn = desk.queues.turn(call, target.endpoint, signal);
    if (turn !== undefined) await turn;
    const decoratedBody = decorated(call, target);
    // Byte for byte what the app wrote, unless the driver has something to add.
    const body = decoratedBody === request.body ? request.text : JSON.stringify(decoratedBody);
    const url = target === driver ? request.url : `${target.transport.baseURL}${request.api}`;
    const response = await target.transport.fetch(url, { ...request.init, body });
    return await observeResponse(response, request, call, target, desk);
  } catch (error) {
    desk.failed(call, signal?.aborted === true ? 'aborted' : 'failed');
    throw error;
  }
}

/** Where the plan sends the call; undefined = nowhere else, or to an engine that does not speak its API. */
function routed(
  { api }: CallRequest,
  { route }: CallPlan,
  desk: CallDesk,
): EngineDriver | undefined {
  const target = route === undefined ? undefined : desk.driver(route);
  return (target?.apis ?? openAIApis).includes(api) ? target : undefined;
}

/** A driver that cannot decorate a body sends it as the app wrote it. */
function decorated({ layout, plan, draft }: PreparedCall, driver: EngineDriver): RequestBody {
  try {
    return driver.decorate(layout.body, plan, draft);
  } catch {
    return layout.body;
  }
}

async function observeResponse(
  response: Response,
  { api, init }: CallRequest,
  call: PreparedCall,
  driver: EngineDriver,
  desk: CallDesk,
): Promise<Response> {
  if (!response.ok || response.body === null) {
    desk.failed(call, `http-${response.status}`);
    return response;
  }
  const { status, statusText, headers } = response;
  const { toolNames } = call.layout;
  if (headers.get('content-type')?.includes('text/event-stream') === true) {
    const stream = observeStream(response.body, api, {
      firstToken: () => desk.firstToken(call),
      end: (end) => streamEnded(end, call, driver, desk),
    });
    const told = toolNames.size === 0 ? stream : stream.pipeThrough(renameInStream(toolNames));
    return new Response(told, { status, statusText, headers });
  }
  const whole = await readWhole(response.body);
  if (whole.broken !== undefined) {
    desk.failed(call, init.signal?.aborted === true ? 'aborted' : 'failed');
    return new Response(bodyOf(whole), { status, statusText, headers });
  }
  const { bytes } = whole;
  desk.ended(call, usageOf(bytes, driver));
  const told = toolNames.size === 0 ? bytes : renameInReply(bytes, toolNames);
  return new Response(told, { status, statusText, headers });
}

function streamEnded(
  end: StreamEnd,
  call: PreparedCall,
  driver: EngineDriver,
  desk: CallDesk,
): void {
  if (end.how === 'done')
    desk.ended(
      call,
      readUsage(() => lastUsagePayload(end.tail), driver),
    );
  else desk.failed(call, end.how);
}

function usageOf(bytes: Uint8Array, driver: EngineDriver): Usage | undefined {
  return readUsage((): unknown => JSON.parse(new TextDecoder().decode(bytes)), driver);
}

function readUsage(reply: () => unknown, driver: EngineDriver): Usage | undefined {
  let read: unknown;
  try {
    read = reply();
    const usage = driver.usage(read);
    if (usage !== undefined) return usage;
  } catch {
    // A reply that is no JSON has no usage; the client sees the reply as it came.
  }
  return responsesUsage(read);
}
