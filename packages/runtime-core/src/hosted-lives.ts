import { contextOver, type World } from './decision-record.ts';
import type { CallPlan } from './directives.ts';
import type { Capabilities } from './engine-driver.ts';
import type { EndpointId } from './identities.ts';
import { planLives } from './life-planner.ts';
import type { CallDraft, PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Clock } from './ports.ts';
import type { Recorder } from './recorder.ts';

interface HostedLivesParts {
  readonly clock: Clock;
  readonly host: PolicyHost;
  readonly recorder: Recorder;
  readonly world: World;
  /** What a policy without a mode of its own does there now. */
  readonly mode: (endpoint: EndpointId) => PolicyMode;
}

/** Says on every call to an engine whose cache is paid for by life how long its prefixes should live. */
export class HostedLives {
  readonly #parts: HostedLivesParts;
  readonly #endpoints = new Set<EndpointId>();

  constructor(parts: HostedLivesParts) {
    this.#parts = parts;
  }

  opened(endpoint: EndpointId, { retention }: Capabilities): void {
    if (retention === 'ttl') this.#endpoints.add(endpoint);
  }

  /** After the call was counted: what comes next is foreseen from there. A call that is routed away keeps its body. */
  plan(plan: CallPlan, { scope, prefixes }: CallDraft): CallPlan {
    const { clock, host, recorder, world, mode } = this.#parts;
    const { endpoint } = scope;
    if (!this.#endpoints.has(endpoint) || plan.route !== undefined) return plan;
    const now = mode(endpoint);
    if (now === 'off' || !host.foresees(now)) return plan;
    const { world: asked, answers } = recorder.world(world);
    const context = contextOver(host, asked, clock.now());
    const lives = planLives(prefixes, context, host);
    recorder.decision({ type: 'lives', atMs: context.nowMs, prefixes, answers, lives });
    return { ...plan, lives };
  }
}
