import type { EndpointId } from './identities.ts';
import type { Policy, PolicyMode } from './policy.ts';
import { modeOf } from './policy-host.ts';
import type { PolicyHost } from './policy-host.ts';
import { offers } from './policy-services.ts';
import type { PolicyService } from './policy-services.ts';

const knownModes: readonly string[] = ['off', 'shadow', 'on'] satisfies PolicyMode[];

/** Where which policy may act, as engines were opened and as the user has stopped it. */
export class PolicyStanding {
  readonly #host: PolicyHost;
  readonly #policies: readonly Policy[];
  readonly #modes = new Map<EndpointId, PolicyMode>();
  #stopped = false;

  /** @throws {RangeError} for a mode that is none */
  constructor(host: PolicyHost, policies: readonly Policy[]) {
    for (const { name, mode } of policies) {
      if (mode === undefined || knownModes.includes(mode)) continue;
      throw new RangeError(
        `policy "${name}" has mode ${JSON.stringify(mode)}; it must be ${knownModes.join(', ')} or absent`,
      );
    }
    this.#host = host;
    this.#policies = policies;
  }

  opened(endpoint: EndpointId, exclusive: boolean): void {
    this.#modes.set(endpoint, exclusive ? 'on' : 'shadow');
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What a policy without a mode of its own does on an endpoint; without one, on the first. */
  mode(endpoint?: EndpointId): PolicyMode {
    return this.#stopped ? 'off' : this.#openMode(endpoint);
  }

  #openMode(endpoint?: EndpointId): PolicyMode {
    const [first] = this.#modes.values();
    return (endpoint === undefined ? first : this.#modes.get(endpoint)) ?? 'shadow';
  }

  /** Who offers the service. */
  provider(service: PolicyService): Policy | undefined {
    return this.#policies.find((policy) => policy.mode !== 'off' && offers(policy, service));
  }

  /** Are acts of the policy carried out there when it is its turn, or were they until somebody stopped it all? */
  actsAt(name: string, endpoint?: EndpointId): boolean {
    const policy = this.#policies.find((one) => one.name === name);
    if (policy === undefined || modeOf(policy, this.#openMode(endpoint)) !== 'on') return false;
    return !this.#host.report('on').some((one) => one.name === name && one.switchedOff);
  }

  /** Policies that are listed, and whether their acts are meant to be carried out anywhere. */
  actors(): readonly {
    readonly name: string;
    readonly mode: string;
    readonly acts: boolean;
    /** Does it rest on what engines keep, or wish something of them? */
    readonly asksEngines: boolean;
  }[] {
    const modes = [...this.#modes.values()];
    return this.#host.report(this.mode()).map(({ name, mode }) => {
      const policy = this.#policies.find((one) => one.name === name);
      const acts = policy !== undefined && modes.some((open) => modeOf(policy, open) === 'on');
      const asksEngines =
        policy !== undefined &&
        (offers(policy, 'score.prefix') ||
          offers(policy, 'predict.reuse') ||
          policy.act?.background !== undefined);
      return { name, mode, acts, asksEngines };
    });
  }

  /** Does who scores prefixes decide what goes on this endpoint now, or only watch, in shadow? */
  valuation(endpoint: EndpointId): 'acts' | 'watches' | 'none' {
    const mode = this.mode(endpoint);
    if (this.#stopped) return 'none';
    if (this.#host.ranks(mode)) return 'acts';
    const valuer = this.provider('score.prefix');
    return valuer !== undefined && modeOf(valuer, mode) === 'shadow' ? 'watches' : 'none';
  }
}
