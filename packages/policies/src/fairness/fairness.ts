import type {
  AgentId,
  CallDraft,
  CallId,
  Directive,
  EndpointId,
  EventOf,
  InlineOccasion,
  Policy,
  PolicyContext,
  QueueFlow,
  RuntimeEvent,
  SessionId,
  TenantId,
  Usage,
} from '@entresol/runtime-core';
import { Accounts } from './accounts.ts';
import { checkOptions } from './options.ts';
import type { FairnessOptions, TokenCosts } from './options.ts';
import { ReplyLengths } from './reply-lengths.ts';

/** What a tenant has used since the policy was made. */
export interface TenantUse {
  readonly calls: number;
  /** In the unit of `costs`: computed prompt tokens where nothing else is set. */
  readonly cost: number;
  /** Part of it that warm-ups for its sessions computed. */
  readonly warmUpCost: number;
}

export interface FairnessFigures {
  /** By tenant; `''` where none was told. */
  readonly tenants: Readonly<Record<TenantId, TenantUse>>;
}

export interface Fairness extends Policy {
  figures(): FairnessFigures;
}

interface Charged {
  readonly endpoint: EndpointId;
  readonly tenant: TenantId;
  readonly session: SessionId;
  readonly agent: AgentId;
  readonly cost: number;
  sent: boolean;
}

const defaultCosts: TokenCosts = { input: 1, cachedInput: 0.1, output: 2 };
/** Tenants beyond these share one line of the figures. */
const maxTenants = 1_024;

/**
 * Token-weighted fair queueing across tenants and the sessions of each: self-clocked fair queueing (Golestani, INFOCOM
 * 1994) in the runtime's queue, over the token costs of VTC (Sheng et al., OSDI 2024). A call is charged what it is
 * expected to cost when it is sent, and the rest when its usage is known; warm-ups are charged to the session they were
 * for. It needs `createRuntime({ queue })`: without a queue there is nothing to order. Fails open.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function fairness(options: FairnessOptions = {}): Fairness {
  checkOptions(options);
  const { mode, between = 'tenants-and-runs', weights = {} } = options;
  const costs = { ...defaultCosts, ...options.costs };
  const replies = new ReplyLengths(options.expectedOutputTokens ?? 256);
  const accounts = new Accounts();
  const charged = new Map<CallId, Charged>();
  const used = new Map<TenantId, { calls: number; cost: number; warmUpCost: number }>();

  const useOf = (tenant: TenantId): { calls: number; cost: number; warmUpCost: number } => {
    const name = used.has(tenant) || used.size < maxTenants ? tenant : 'others';
    let use = used.get(name);
    if (use === undefined) used.set(name, (use = { calls: 0, cost: 0, warmUpCost: 0 }));
    return use;
  };
  /** Both the session and its tenant have used it. */
  const owe = (
    { endpoint, tenant, session }: Omit<Charged, 'agent' | 'cost' | 'sent'>,
    amount: number,
  ): void => {
    accounts.add(tenantFlow(endpoint, tenant), amount);
    if (between === 'tenants-and-runs') accounts.add(runFlow(endpoint, session), amount);
  };
  const expected = (
    { agent, prefixes, inputTokens }: CallDraft,
    context: PolicyContext,
  ): number => {
    const prompt = prefixes.at(-1);
    const cached = prompt === undefined ? 0 : context.residency.of(prompt).tokens;
    return costOf({ input: inputTokens, cacheRead: cached, output: replies.of(agent) }, costs);
  };
  const flow = (key: string, weight: number): QueueFlow => ({
    key,
    weight,
    owes: () => accounts.take(key),
  });
  const inline = (occasion: InlineOccasion, context: PolicyContext): readonly Directive[] => {
    if (occasion.type !== 'request') return [];
    const { draft } = occasion;
    const { call, session, agent, scope } = draft;
    const { endpoint, namespace: tenant } = scope;
    const cost = expected(draft, context);
    charged.set(call, { endpoint, tenant, session, agent, cost, sent: false });
    const ofTenant = flow(tenantFlow(endpoint, tenant), weights[tenant] ?? 1);
    if (between === 'tenants') return [{ kind: 'queue', cost, ...ofTenant }];
    return [{ kind: 'queue', cost, ...flow(runFlow(endpoint, session), 1), of: ofTenant }];
  };
  const ended = (call: Charged, usage: Usage | undefined): void => {
    const use = useOf(call.tenant);
    use.calls += 1;
    if (usage === undefined) {
      // The engine did not say: what was expected stands.
      use.cost += call.cost;
      return;
    }
    replies.add(call.agent, usage.output);
    const cost = costOf(usage, costs);
    use.cost += cost;
    owe(call, cost - call.cost);
  };
  const failed = (call: Charged, code: string): void => {
    if (!call.sent) return;
    // An engine that refuses a request has not worked on it; what another failure cost nobody knows.
    if (code.startsWith('http-')) owe(call, -call.cost);
    else useOf(call.tenant).cost += call.cost;
  };
  const warmed = ({ outcome, session, tenant = '', endpoint }: EventOf<'intent-settle'>): void => {
    const cost = outcome.computedTokens * costs.input;
    if (session === undefined || endpoint === undefined || cost === 0) return;
    const use = useOf(tenant);
    use.cost += cost;
    use.warmUpCost += cost;
    owe({ endpoint, tenant, session }, cost);
  };
  const observe = (event: RuntimeEvent): void => {
    if (event.type === 'intent-settle') warmed(event);
    if (event.type !== 'call-send' && event.type !== 'call-end' && event.type !== 'call-fail') {
      return;
    }
    const call = charged.get(event.call);
    if (call === undefined) return;
    if (event.type === 'call-send') {
      call.sent = true;
      return;
    }
    charged.delete(event.call);
    if (event.type === 'call-end') ended(call, event.usage);
    else failed(call, event.code);
  };
  return {
    name: 'fairness',
    interference: 'endpoint',
    ...(mode === undefined ? {} : { mode }),
    observe,
    act: { inline },
    figures: () => ({
      tenants: Object.fromEntries([...used].map(([tenant, use]) => [tenant, { ...use }])),
    }),
  };
}

/** In the unit of `costs`. */
function costOf({ input, cacheRead = 0, output }: Usage, costs: TokenCosts): number {
  const computed = Math.max(0, input - cacheRead);
  return computed * costs.input + cacheRead * costs.cachedInput + output * costs.output;
}

function tenantFlow(endpoint: EndpointId, tenant: TenantId): string {
  return `tenant ${endpoint} ${tenant}`;
}

function runFlow(endpoint: EndpointId, session: SessionId): string {
  return `run ${endpoint} ${session}`;
}
