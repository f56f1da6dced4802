import type { EffectLedger, Measured } from './effect-ledger.ts';
import type { EngineMissing } from './effect-watch.ts';
import { recordOf } from './json-record.ts';
import type { ModelledEffect, ModelledEffects } from './modelled-effects.ts';
import type { StateStore } from './ports.ts';

/** What a policy did to the figures that it is for. Plain JSON. */
export interface LedgerEntry {
  readonly policy: string;
  readonly mode: string;
  /** Against sessions or blocks of time that were left alone. */
  readonly measured: Measured;
  /** What the cost model of each engine makes of its acts, since the ledger began. Never added to what was measured. */
  readonly modelled: readonly ModelledEffect[];
  /** What it works without; absent where nothing is missing, or it asks nothing of engines. */
  readonly missing?: readonly EngineMissing[];
}

/** Under this key of the state store, as `{ entresol, entries, kept }`; `entries` is what {@link PolicyLedger.entries} said. */
const key = 'ledger';
const version = 1;

interface LedgerParts {
  /** Absent where nothing is tried. */
  readonly effects: EffectLedger | undefined;
  readonly modelled: ModelledEffects;
  /** Policies that are listed, and whether their acts are carried out anywhere. */
  readonly policies: () => readonly {
    readonly name: string;
    readonly mode: string;
    readonly acts: boolean;
    readonly asksEngines: boolean;
  }[];
  /** What is not sought of engines now. */
  readonly missing: () => readonly EngineMissing[];
  readonly store: StateStore | undefined;
  readonly warn: (message: string) => void;
}

/** Measured and modelled effects of all policies, kept over restarts. */
export class PolicyLedger {
  readonly #parts: LedgerParts;
  #loaded = false;
  /** What was measured before, for a process that tries nothing. */
  #untried: unknown;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  entries(): readonly LedgerEntry[] {
    const { effects, modelled, policies } = this.#parts;
    const missing = this.#parts.missing();
    return policies().map(({ name, mode, acts, asksEngines }) => ({
      policy: name,
      mode,
      measured: measuredOf(effects, name, acts),
      modelled: modelled.of(name),
      ...(asksEngines && missing.length > 0 && { missing }),
    }));
  }

  /** Goes on from what was saved; what cannot be read is set aside, and the ledger begins anew. */
  async load(): Promise<void> {
    const { store, warn } = this.#parts;
    const text = await store?.read(key);
    if (store !== undefined && text !== undefined) {
      try {
        this.#restore(JSON.parse(text));
      } catch (error) {
        await store.setAside(key);
        warn(`the saved ledger was set aside and begins anew: ${String(error)}`);
      }
    }
    this.#loaded = true;
  }

  #restore(saved: unknown): void {
    const { entresol, kept } = recordOf(saved);
    if (entresol !== version) {
      throw new TypeError(`it has version ${String(entresol)}, this build reads ${version}`);
    }
    const { effects, modelled } = recordOf(kept);
    const takeModelled = this.#parts.modelled.read(modelled);
    const takeEffects = effects === undefined ? undefined : this.#parts.effects?.read(effects);
    // Nothing of it unless all of it can be read.
    this.#untried = effects;
    takeModelled();
    takeEffects?.();
  }

  /** Nothing before what was saved is loaded: a runtime that never came up must not write over it. */
  async save(): Promise<void> {
    const { effects, modelled, store } = this.#parts;
    if (!this.#loaded) return;
    const kept = { effects: effects?.save() ?? this.#untried, modelled: modelled.save() };
    const text = JSON.stringify({ entresol: version, entries: this.entries(), kept });
    await store?.write(key, text);
  }
}

function measuredOf(effects: EffectLedger | undefined, policy: string, acts: boolean): Measured {
  if (effects === undefined) return { by: 'nothing', why: 'createRuntime({ trial }) is not set' };
  return acts ? effects.of(policy) : { by: 'nothing', why: 'it does not act' };
}
