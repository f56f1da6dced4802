import type { Milliseconds, SessionId } from './identities.ts';
import type { Policy } from './policy.ts';
import type { Clock } from './ports.ts';

/** Part of the traffic in which policies do not act, so that their effect can be measured. */
export interface TrialOptions {
  /** Share of sessions that a policy leaves alone which touches no other session, above 0 and below 1. Default 0.1. */
  readonly holdout?: number;
  /**
   * A policy that touches the whole endpoint acts in one of every two blocks of this length, which one is drawn. Longer
   * than twice the time that prompts stay in the cache: the first half of a block is not counted. Default 600 000.
   */
  readonly blockMs?: Milliseconds;
}

/** How the effect of a policy can be told. */
export type TrialKind = 'holdout' | 'switchback' | 'none';

/** @throws {RangeError} naming the option, its value and its range */
function checkedTrial({ holdout = 0.1, blockMs = 600_000 }: TrialOptions): Required<TrialOptions> {
  if (!(holdout > 0 && holdout < 1)) {
    throw new RangeError(`trial.holdout must be above 0 and below 1, got ${String(holdout)}`);
  }
  if (!(Number.isFinite(blockMs) && blockMs >= 1)) {
    throw new RangeError(`trial.blockMs must be 1 or more milliseconds, got ${String(blockMs)}`);
  }
  return { holdout, blockMs };
}

/** A stretch of time; `counts` in its second half. */
export interface Block {
  readonly index: number;
  readonly counts: boolean;
}

/** Who acts where and when. Drawn by a keyed hash: nothing is kept, and no policy can know it. */
export class PolicyTrial {
  readonly #clock: Clock;
  readonly #options: Required<TrialOptions>;
  /** Saved: a session that goes on in another process is drawn as it was. */
  sessionKey: number;
  /** Blocks are drawn anew: the first after a start meets an empty cache, and must not always be of the same kind. */
  readonly #blockKey: number;
  readonly #fromMs: Milliseconds;

  constructor(clock: Clock, options: TrialOptions, random: () => number) {
    this.#clock = clock;
    this.#options = checkedTrial(options);
    this.sessionKey = random();
    this.#blockKey = random();
    this.#fromMs = clock.now();
  }

  get block(): Block {
    const blocks = (this.#clock.now() - this.#fromMs) / this.#options.blockMs;
    const index = Math.floor(blocks);
    return { index, counts: blocks - index >= 0.5 };
  }

  kindOf({ failure, interference }: Policy): TrialKind {
    // What guards is never taken away to see what happens.
    if (failure === 'closed') return 'none';
    return interference === 'none' ? 'holdout' : 'switchback';
  }

  /** @param session undefined = none in particular, which no holdout keeps from */
  acts(policy: Policy, session: SessionId | undefined): boolean {
    switch (this.kindOf(policy)) {
      case 'none':
        return true;
      case 'holdout':
        return session === undefined || this.actsInSession(policy, session);
      case 'switchback':
        return this.actsInBlock(policy, this.block.index);
      default:
        return true;
    }
  }

  actsInSession({ name }: Policy, session: SessionId): boolean {
    return draw(`${this.sessionKey} session ${name} ${session}`) >= this.#options.holdout;
  }

  /** Blocks come in pairs, so that there are as many of the one kind as of the other. */
  actsInBlock({ name }: Policy, index: number): boolean {
    const first = draw(`${this.#blockKey} pair ${name} ${Math.floor(index / 2)}`) < 0.5;
    return first === (index % 2 === 0);
  }
}

/** Uniform in [0, 1): FNV-1a, and the finalizer of MurmurHash3, since the end of a text hardly moves FNV's high bits. */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
