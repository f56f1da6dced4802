import type { PolicyHost } from './policy-host.ts';
import type { StateStore } from './ports.ts';

/** Format of the envelope; the policy's own version is beside it. */
const envelopeVersion = 1;

interface Envelope {
  readonly entresol: number;
  readonly policy: string;
  readonly version: number;
  readonly state: unknown;
}

/** Loads and saves what policies have learned. A damaged entry is set aside and the prior is used. */
export class StateKeeper {
  readonly #store: StateStore;
  readonly #host: PolicyHost;
  readonly #warn: (message: string) => void;
  #loaded = false;

  constructor(store: StateStore, host: PolicyHost, warn: (message: string) => void) {
    this.#store = store;
    this.#host = host;
    this.#warn = warn;
  }

  async load(): Promise<void> {
    await this.#load();
    this.#loaded = true;
  }

  async #load(): Promise<void> {
    for (const { name, state } of this.#host.stateful()) {
      const key = keyOf(name);
      const text = await this.#store.read(key);
      if (text === undefined) continue;
      try {
        state.load(openEnvelope(text, name, state.version));
      } catch (error) {
        await this.#store.setAside(key);
        this.#warn(
          `saved state of policy "${name}" was set aside and the declared graph is used instead: ${String(error)}`,
        );
      }
    }
  }

  /** Nothing before everything was loaded: a runtime that never came up must not write the prior over what was learned. */
  async save(): Promise<void> {
    if (!this.#loaded) return;
    for (const { name, version, state } of this.#host.saved()) {
      const envelope: Envelope = { entresol: envelopeVersion, policy: name, version, state };
      await this.#store.write(keyOf(name), JSON.stringify(envelope));
    }
  }
}

function keyOf(policy: string): string {
  return `policy-${policy}`;
}

function openEnvelope(text: string, policy: string, version: number): unknown {
  const envelope: unknown = JSON.parse(text);
  if (typeof envelope !== 'object' || envelope === null) throw new TypeError('not an object');
  const { entresol, policy: owner, version: saved, state } = envelope as Partial<Envelope>;
  if (entresol !== envelopeVersion) throw new TypeError(`envelope version ${String(entresol)}`);
  if (owner !== policy) throw new TypeError(`belongs to policy ${String(owner)}`);
  if (saved !== version)
    throw new TypeError(`version ${String(saved)}, this build reads ${version}`);
  return state;
}
