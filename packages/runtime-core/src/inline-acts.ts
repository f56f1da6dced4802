import type { Arbiter } from './arbiter.ts';
import type { CallGate } from './call-gate.ts';
import type { World } from './decision-record.ts';
import type {
  CallPlan,
  Directive,
  InlineOccasion,
  QueueFlow,
  QueueWish,
  ToolOutcome,
} from './directives.ts';
import type { EngineDriver, RequestBody } from './engine-driver.ts';
import type {
  Ability,
  CallIdentity,
  FrameworkPort,
  PassageOccasion,
  PassageVerdict,
} from './framework.ts';
import { HostedLives } from './hosted-lives.ts';
import type { EndpointId, Milliseconds, TenantId } from './identities.ts';
import type { ModelledActs } from './modelled-acts.ts';
import type { CallDraft, PolicyContext, PolicyMode } from './policy.ts';
import type { InlineWish, PolicyHost } from './policy-host.ts';
import type { Clock } from './ports.ts';
import type { Recorder } from './recorder.ts';
import type { LaidOut } from './request-layout.ts';
import { serveLookup } from './serve-lookup.ts';
import { Tally } from './tally.ts';
import { ToolTimes } from './tool-times.ts';

/** Most memos answer from a map; one that must ask further away should not cost more than the tool would. */
const defaultServeDeadlineMs = 250;

/** What the runtime's own client can do to a call. It has nobody to ask, and no reply of its own. */
const clientCan: ReadonlySet<string> = new Set<Ability>(['hold-call', 'reject-call']);

interface InlineActsParts {
  readonly host: PolicyHost;
  readonly arbiter: Arbiter;
  readonly gate: CallGate;
  readonly clock: Clock;
  readonly serveDeadlineMs: Milliseconds | undefined;
  readonly context: () => PolicyContext;
  readonly modelled: ModelledActs;
  readonly mode: (endpoint?: EndpointId) => PolicyMode;
  readonly stopped: () => boolean;
  /** Is there a queue in front of the endpoint that the call goes to? */
  readonly hasQueue: (draft: CallDraft) => boolean;
  readonly drivers: ReadonlyMap<string, Pick<EngineDriver, 'endpoint'>>;
  readonly recorder: Recorder;
  readonly world: World;
}

interface Passage {
  readonly wishes: readonly InlineWish[];
  readonly tool: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const subjects = { request: 'call', tool: 'tool', transition: 'transition' } as const;

/** Acts on the request path: asks the policies, refuses what nobody can carry out, and merges the rest into one decision. */
export class InlineActs {
  readonly #parts: InlineActsParts;
  readonly lives: HostedLives;
  readonly #refused = new Tally();
  readonly #lookups = new Tally();
  readonly #toolTimes: ToolTimes;

  constructor(parts: InlineActsParts) {
    this.#parts = parts;
    this.lives = new HostedLives(parts);
    this.#toolTimes = new ToolTimes(parts.clock);
  }

  /** The request as it is drafted and sent. */
  layOut(
    { workload, agent, session, call }: CallIdentity,
    body: RequestBody,
    endpoint: EndpointId,
    tenant: TenantId | undefined,
  ): LaidOut {
    const { host, context, mode, stopped } = this.#parts;
    const request = { workload, agent, session, call, endpoint, body };
    return host.layOut(tenant === undefined ? request : { ...request, tenant }, context, {
      defaultMode: mode(endpoint),
      stopped: stopped(),
    });
  }

  /** @param running calls that have been sent and not ended */
  plan(
    draft: CallDraft,
    running: Iterable<{ readonly draft: CallDraft }>,
    port: FrameworkPort,
  ): CallPlan {
    const { host, arbiter, mode } = this.#parts;
    if (!host.actsInline) return this.lives.plan(arbiter.merge([]), draft);
    const siblings: string[] = [];
    for (const { draft: other } of running) {
      if (other.session === draft.session) siblings.push(other.call);
    }
    const occasion = { type: 'request', draft, siblings } as const;
    const wishes = this.#ask(occasion, port, mode(draft.scope.endpoint));
    // A call that waits for itself would wait for nothing else than `maxMs`.
    const waitsForItself = ({ wish }: InlineWish): boolean =>
      wish.kind === 'hold' && wish.until.call === draft.call;
    const plan = arbiter.merge(wishes.filter((wish) => !waitsForItself(wish)));
    return this.lives.plan(plan, draft);
  }

  /** How soon a call that waits in a queue should go; undefined = no opinion. */
  scoreOf(draft: CallDraft): number | undefined {
    const { host, context, mode } = this.#parts;
    return host.callScore(draft, context, mode(draft.scope.endpoint));
  }

  /** Undefined = go, at once. */
  passage(
    occasion: PassageOccasion,
    port: FrameworkPort,
    signal: AbortSignal | undefined,
  ): Promise<PassageVerdict> | undefined {
    const { host, arbiter, mode } = this.#parts;
    if (!host.actsInline) return undefined;
    const wishes = this.#ask(occasion, port, mode());
    if (wishes.length === 0) return undefined;
    const tool = occasion.type === 'tool' ? occasion.tool : undefined;
    return this.#carryOut(arbiter.merge(wishes), { wishes, tool, signal });
  }

  #ask(
    occasion: InlineOccasion,
    port: FrameworkPort,
    defaultMode: PolicyMode,
  ): readonly InlineWish[] {
    const { host, context, stopped } = this.#parts;
    const wishes = host.inline(occasion, context, { defaultMode, stopped: stopped() });
    return wishes.flatMap((by) => {
      if (this.#feasible(by.wish, occasion, port)) return [by];
      this.#refuse(by.wish.kind, occasion, port);
      const rejected = by.closed ? rejectedInstead(by) : undefined;
      return rejected !== undefined && this.#feasible(rejected.wish, occasion, port)
        ? [rejected]
        : [];
    });
  }

  #feasible(wish: Directive, occasion: InlineOccasion, { can }: FrameworkPort): boolean {
    const { type } = occasion;
    switch (wish.kind) {
      case 'annotate':
        return type === 'request';
      case 'route':
        return type === 'request' && this.#reaches(wish.endpoint);
      case 'queue':
        return type === 'request' && this.#parts.hasQueue(occasion.draft) && isSound(wish);
      case 'hold':
      case 'reject':
      case 'approve':
      case 'serve': {
        const ability = `${wish.kind}-${subjects[type]}` as const;
        return can.has(ability) && (type !== 'request' || clientCan.has(ability));
      }
      default:
        // From untyped code: a kind of another version, which nobody here can carry out.
        wish satisfies never;
        return false;
    }
  }

  #reaches(name: EndpointId): boolean {
    const { drivers } = this.#parts;
    return drivers.has(name) || [...drivers.values()].some(({ endpoint }) => endpoint === name);
  }

  #refuse(kind: string, { type }: InlineOccasion, port: FrameworkPort): void {
    const directive = `${kind}-${subjects[type]}`;
    this.#refused.count(directive);
    port.refused?.(directive);
  }

  async #carryOut(
    { verdict, hold, reason = '' }: CallPlan,
    { wishes, tool, signal }: Passage,
  ): Promise<PassageVerdict> {
    const ran = ranOf(wishes);
    if (verdict === 'reject') {
      ran?.({ how: 'not-run' });
      return { verdict, reason };
    }
    const told = ran === undefined ? {} : { ran };
    if (verdict === 'approve') return { verdict, question: reason, ...told };
    if (hold !== undefined) await this.#parts.gate.wait(hold, signal);
    // After the hold: what was waited for may be what makes the lookup a hit.
    const served = verdict === 'serve' ? await this.#serve({ wishes, tool, signal }) : undefined;
    if (served === undefined) {
      if (ran === undefined || tool === undefined) return { verdict: 'go' };
      return { verdict: 'go', ran: this.#toolTimes.timed(tool, ran) };
    }
    ran?.({ how: 'not-run' });
    return { verdict: 'serve', value: served.value };
  }

  /** The first hit, in the order in which the policies are listed; deadlines run from the same moment. */
  async #serve({
    wishes,
    tool,
    signal,
  }: Passage): Promise<{ readonly value: unknown } | undefined> {
    const { clock, modelled, serveDeadlineMs = defaultServeDeadlineMs } = this.#parts;
    const fromMs = clock.now();
    for (const { policy, wish } of wishes) {
      if (wish.kind !== 'serve') continue;
      const untilMs = fromMs + (wish.withinMs ?? serveDeadlineMs);
      const answer = await serveLookup(wish.lookup, { clock, untilMs, signal });
      this.#lookups.count(answer.how);
      if (answer.how === 'served') {
        const usualMs = tool === undefined ? undefined : this.#toolTimes.mean(tool);
        modelled.served(policy, usualMs && usualMs - (clock.now() - fromMs));
        return answer;
      }
      if (answer.how === 'late') break;
    }
    return undefined;
  }

  report(): {
    readonly refusedDirectives: Readonly<Record<string, number>>;
    readonly lookups: Readonly<Record<string, number>>;
  } {
    return { refusedDirectives: this.#refused.snapshot(), lookups: this.#lookups.snapshot() };
  }
}

/** From untyped code: what a queue cannot calculate with must not disturb the turns of others. */
function isSound(wish: QueueWish): boolean {
  const flows = wish.of === undefined ? [wish] : [wish, wish.of];
  return Number.isFinite(wish.cost) && flows.every(isSoundFlow);
}

function isSoundFlow({ key, weight }: QueueFlow): boolean {
  return typeof key === 'string' && Number.isFinite(weight) && weight > 0;
}

/** A policy that fails closed and wants somebody asked whom nobody can ask. A reject stays what it is. */
function rejectedInstead(by: InlineWish): InlineWish | undefined {
  if (by.wish.kind !== 'approve') return undefined;
  const reason = `nobody can be asked here: ${by.wish.question}`;
  return { ...by, wish: { kind: 'reject', reason } };
}

/** Tells every policy that wants to hear it, once; one that throws keeps no other from hearing it. */
function ranOf(wishes: readonly InlineWish[]): ((outcome: ToolOutcome) => void) | undefined {
  const listeners = wishes.flatMap(({ wish }) => (wish.kind === 'serve' && wish.ran) || []);
  if (listeners.length === 0) return undefined;
  return (outcome) => {
    for (const tell of listeners.splice(0)) {
      try {
        tell(outcome);
      } catch {
        // The tool is over: nothing of the app may depend on what a policy makes of it.
      }
    }
  };
}
