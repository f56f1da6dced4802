import { RuntimeConfigError } from './errors.ts';
import type { Directive, InlineOccasion } from './directives.ts';
import type { RuntimeEvent } from './events.ts';
import type { Milliseconds, PrefixRef, SessionId } from './identities.ts';
import type { Intent } from './intents.ts';
import { offers, policyServices } from './policy-services.ts';
import type { PolicyService } from './policy-services.ts';
import type { PolicyTrial } from './policy-trial.ts';
import { asWritten, layOver, type LaidOut, type RequestToLayOut } from './request-layout.ts';
import type {
  BackgroundOccasion,
  CallDraft,
  Policy,
  PolicyContext,
  PolicyMode,
  PolicyWant,
  Prediction,
  PredictionQuery,
  Worth,
} from './policy.ts';

/** Faults after which a policy is switched off for the life of the runtime. */
const faultsTolerated = 5;

interface Seat {
  readonly policy: Policy;
  faults: number;
  off: boolean;
  /** Set while the policy answers for a service, so that a cycle of services ends instead of recursing. */
  answering: boolean;
}

/** A directive of a policy, and whether the policy fails closed. */
export interface InlineWish extends By<Directive> {
  readonly closed: boolean;
}

/** A directive or an intent with the name of who wants it. */
export interface By<T> {
  readonly policy: string;
  readonly wish: T;
}

/**
 * Runs policies so that none can hurt the app or another policy: every call into a policy is caught, counted, and after
 * repeated faults the policy is switched off.
 */
export class PolicyHost {
  readonly #seats: readonly Seat[];
  readonly #nextAgent: Seat | undefined;
  readonly #reuse: Seat | undefined;
  readonly #worth: Seat | undefined;
  readonly #callScore: Seat | undefined;
  readonly #inline: readonly Seat[];
  readonly #layout: readonly Seat[];
  readonly #trial: Pick<PolicyTrial, 'acts'> | undefined;

  /** @throws {RuntimeConfigError} `duplicate-policy` or `duplicate-service` */
  constructor(policies: readonly Policy[], trial?: Pick<PolicyTrial, 'acts'>) {
    this.#trial = trial;
    const names = new Set<string>();
    for (const { name } of policies) {
      if (names.has(name)) {
        throw new RuntimeConfigError(
          `policy "${name}" is listed twice; list each policy once in createRuntime({ policies })`,
          { code: 'duplicate-policy', value: name },
        );
      }
      names.add(name);
    }
    this.#seats = policies
      .filter((policy) => policy.mode !== 'off')
      .map((policy) => ({ policy, faults: 0, off: false, answering: false }));
    this.#inline = this.#seats.filter(
      ({ policy }) => policy.act?.inline !== undefined && policy.mode !== 'shadow',
    );
    this.#layout = this.#seats.filter(({ policy }) => policy.act?.layout !== undefined);
    const providers = policyServices.map((service) => [service, this.#provider(service)] as const);
    const byService = new Map(providers);
    this.#nextAgent = byService.get('predict.nextAgent');
    this.#reuse = byService.get('predict.reuse');
    this.#worth = byService.get('score.prefix');
    this.#callScore = byService.get('score.call');
  }

  /** Is it the policy's turn to act, or is it seen here what happens without it? */
  #acts({ policy }: Seat, session?: SessionId): boolean {
    return this.#trial?.acts(policy, session) !== false;
  }

  #provider(service: PolicyService): Seat | undefined {
    const providers = this.#seats.filter(({ policy }) => offers(policy, service));
    if (providers.length > 1) {
      const names = providers.map(({ policy }) => policy.name);
      throw new RuntimeConfigError(
        `${names.join(' and ')} both offer ${service}; keep one of them in createRuntime({ policies })`,
        { code: 'duplicate-service', value: names },
      );
    }
    return providers[0];
  }

  #guard<T>(seat: Seat, run: (policy: Policy) => T): T | undefined {
    if (seat.off) return undefined;
    try {
      return run(seat.policy);
    } catch {
      // Isolated by design: the app must never notice. The count is in `RuntimeReport.policies`.
      seat.faults += 1;
      if (seat.faults >= faultsTolerated) seat.off = true;
      return undefined;
    }
  }

  #ask<T>(seat: Seat | undefined, run: (policy: Policy) => T | undefined): T | undefined {
    if (seat === undefined || seat.answering) return undefined;
    seat.answering = true;
    try {
      return this.#guard(seat, run);
    } finally {
      seat.answering = false;
    }
  }

  observe(event: RuntimeEvent, context: PolicyContext): void {
    for (const seat of this.#seats) this.#guard(seat, (p) => p.observe?.(event, context));
  }

  nextAgent(query: PredictionQuery, context: PolicyContext): readonly Prediction[] {
    return this.#ask(this.#nextAgent, (p) => p.predict?.nextAgent?.(query, context)) ?? [];
  }

  reuse(prefix: PrefixRef, withinMs: Milliseconds, context: PolicyContext): number | undefined {
    return this.#ask(this.#reuse, (p) => p.predict?.reuse?.(prefix, withinMs, context));
  }

  worth(prefix: PrefixRef, horizonMs: Milliseconds, context: PolicyContext): Worth | undefined {
    return this.#ask(this.#worth, (p) => p.score?.prefix?.(prefix, horizonMs, context));
  }

  /** How soon a waiting call should go, 0..1; undefined where no policy whose acts are carried out has an opinion. */
  callScore(
    draft: CallDraft,
    context: () => PolicyContext,
    defaultMode: PolicyMode,
  ): number | undefined {
    const seat = this.#callScore;
    if (seat === undefined || seat.off || (seat.policy.mode ?? defaultMode) !== 'on') {
      return undefined;
    }
    if (!this.#acts(seat, draft.session)) return undefined;
    return this.#ask(seat, (p) => p.score?.call?.(draft, context()));
  }

  /** Is there a policy that scores prefixes and whose acts are carried out on this endpoint? */
  ranks(defaultMode: PolicyMode): boolean {
    const seat = this.#worth;
    if (seat === undefined || seat.off || !this.#acts(seat)) return false;
    return (seat.policy.mode ?? defaultMode) === 'on';
  }

  /** Is there a policy that foresees reuse and whose acts are carried out on this endpoint? */
  foresees(defaultMode: PolicyMode): boolean {
    const seat = this.#reuse;
    if (seat === undefined || seat.off || !this.#acts(seat)) return false;
    return (seat.policy.mode ?? defaultMode) === 'on';
  }

  wants(want: PolicyWant): boolean {
    return this.#seats.some(({ policy }) => policy.wants?.includes(want) === true);
  }

  /** Is there a policy that may ever answer {@link inline}? */
  get actsInline(): boolean {
    return this.#inline.length > 0;
  }

  /** `stopped`: only policies that fail closed are asked. One of those that cannot answer rejects. */
  inline(
    occasion: InlineOccasion,
    context: () => PolicyContext,
    { defaultMode, stopped }: { readonly defaultMode: PolicyMode; readonly stopped: boolean },
  ): readonly InlineWish[] {
    const wishes: InlineWish[] = [];
    for (const seat of this.#inline) {
      const { name, mode, failure, act } = seat.policy;
      const closed = failure === 'closed';
      if (!closed && (stopped || (mode ?? defaultMode) !== 'on')) continue;
      const session = occasion.type === 'request' ? occasion.draft.session : occasion.session;
      if (!this.#acts(seat, session)) continue;
      const said = this.#guard(seat, () =>
        (act?.inline?.(occasion, context()) ?? []).map((wish): InlineWish => ({
          policy: name,
          wish: objectOf(wish),
          closed,
        })),
      );
      if (said !== undefined) wishes.push(...said);
      else if (closed) {
        const reason = 'the policy failed, and what it guards is refused';
        wishes.push({ policy: name, wish: { kind: 'reject', reason }, closed });
      }
    }
    return wishes;
  }

  /** `stopped`: nobody is asked. */
  layOut(
    request: Omit<RequestToLayOut, 'acts'>,
    context: () => PolicyContext,
    { defaultMode, stopped }: { readonly defaultMode: PolicyMode; readonly stopped: boolean },
  ): LaidOut {
    let laidOut = asWritten(request.body);
    if (stopped) return laidOut;
    for (const seat of this.#layout) {
      const { body } = laidOut;
      const acts = (seat.policy.mode ?? defaultMode) === 'on' && this.#acts(seat, request.session);
      const layout = this.#guard(seat, (policy) => {
        const said = policy.act?.layout?.({ ...request, body, acts }, context());
        return said === undefined ? undefined : layOver(laidOut, said);
      });
      if (acts && layout !== undefined) laidOut = layout;
    }
    return laidOut;
  }

  background(
    occasion: BackgroundOccasion,
    context: PolicyContext,
    defaultMode: PolicyMode,
  ): readonly By<Intent>[] {
    const session = occasion.type === 'tick' ? undefined : occasion.session;
    return this.#wishes(defaultMode, session, (p) => p.act?.background?.(occasion, context));
  }

  #wishes<T>(
    defaultMode: PolicyMode,
    session: SessionId | undefined,
    ask: (policy: Policy) => readonly T[] | undefined,
  ): readonly By<T>[] {
    return this.#seats
      .filter((seat) => (seat.policy.mode ?? defaultMode) === 'on' && this.#acts(seat, session))
      .flatMap((seat) => {
        const { name } = seat.policy;
        // Inside the guard: what is no list of objects is a fault of the policy that said it.
        return (
          this.#guard(seat, (policy) =>
            (ask(policy) ?? []).map((wish) => ({ policy: name, wish: objectOf(wish) })),
          ) ?? []
        );
      });
  }

  /** Policies that keep state between processes. */
  stateful(): readonly { readonly name: string; readonly state: NonNullable<Policy['state']> }[] {
    return this.#seats.flatMap(({ policy: { name, state } }) =>
      state === undefined ? [] : [{ name, state }],
    );
  }

  /** What each of them would store now. One that throws, or was switched off, keeps what it stored before. */
  saved(): readonly { readonly name: string; readonly version: number; readonly state: unknown }[] {
    return this.#seats.flatMap((seat) => {
      const { name, state } = seat.policy;
      if (state === undefined) return [];
      const { version } = state;
      return this.#guard(seat, () => [{ name, version, state: state.save() }]) ?? [];
    });
  }

  report(defaultMode: PolicyMode): readonly {
    readonly name: string;
    readonly mode: PolicyMode;
    readonly faults: number;
    readonly switchedOff: boolean;
  }[] {
    return this.#seats.map(({ policy, faults, off }) => ({
      name: policy.name,
      mode: modeOf(policy, defaultMode),
      faults,
      switchedOff: off,
    }));
  }
}

/** What a policy does where one without a mode of its own does `defaultMode`. */
export function modeOf({ mode, failure }: Policy, defaultMode: PolicyMode): PolicyMode {
  return mode ?? (failure === 'closed' ? 'on' : defaultMode);
}

function objectOf<T>(wish: T): T {
  if (typeof wish !== 'object' || wish === null) {
    throw new TypeError(`a wish must be an object, got ${String(wish)}`);
  }
  return wish;
}
