import type { Capabilities } from './engine-driver.ts';
import type { EndpointId, Milliseconds } from './identities.ts';
import type { Intent } from './intents.ts';

/** What an act seeks of an engine, and a later call shows. `priority`: that requests of our own go behind all others. */
export type Effect = 'warm-up' | 'touch' | 'push' | 'renewal' | 'priority';

/** An effect that is not sought now, since the engine did not show it. Plain JSON. */
export interface MissingEffect {
  readonly effect: Effect;
  /** Tries in a row that showed nothing; 0 where the engine said so itself. */
  readonly tries: number;
  /** Absent = when the engine is opened anew. */
  readonly triedAgainAtMs?: Milliseconds;
}

/** What is not sought of one of the engines. */
export type EngineMissing = MissingEffect & { readonly endpoint: EndpointId };

/** Tries in a row without an effect: one or two are an unlucky eviction. */
const maxTries = 5;
/** An engine may be restarted with another flag; asking it costs one act. */
const retryMs: Milliseconds = 600_000;

interface Course {
  /** Tries in a row that showed nothing. */
  misses: number;
  /** Undefined while the effect is sought. */
  retryAtMs: Milliseconds | undefined;
  /** The one try since. */
  retry: string | undefined;
}

const sought: Readonly<Course> = { misses: 0, retryAtMs: undefined, retry: undefined };

/**
 * Follows whether what is sought of an engine is seen. What was not seen in five tries running is not sought again but
 * for one try every ten minutes, until that one is seen.
 */
export class EffectWatch {
  readonly #now: () => Milliseconds;
  readonly #courses = new Map<Effect, Course>();

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  allows(effect: Effect): boolean {
    const retryAtMs = this.#courses.get(effect)?.retryAtMs;
    return retryAtMs === undefined || this.#now() >= retryAtMs;
  }

  /** Something is done for it, under a name of its own. Where it is not sought, this is the one try, and the next is due as much later. */
  tried(effect: Effect, id: string): void {
    const course = this.#courses.get(effect);
    if (course?.retryAtMs === undefined) return;
    course.retryAtMs = this.#now() + retryMs;
    course.retry = id;
  }

  /** It was not done after all, so it shows nothing: where it was the one try, another may be. */
  voided(effect: Effect, id: string): void {
    const course = this.#courses.get(effect);
    if (course?.retryAtMs === undefined || course.retry !== id) return;
    course.retryAtMs = this.#now();
  }

  /** @returns true when it is sought no more from now on */
  shown(effect: Effect, seen: boolean): boolean {
    const course = this.#courses.get(effect) ?? { ...sought };
    this.#courses.set(effect, course);
    if (seen) {
      Object.assign(course, sought);
      return false;
    }
    course.misses += 1;
    if (course.retryAtMs !== undefined || course.misses < maxTries) return false;
    course.retryAtMs = this.#now() + retryMs;
    return true;
  }

  get missing(): readonly MissingEffect[] {
    return Array.from(this.#courses, ([effect, { misses, retryAtMs }]) =>
      retryAtMs === undefined ? [] : [{ effect, tries: misses, triedAgainAtMs: retryAtMs }],
    ).flat();
  }
}

/** Undefined for what is given up: nothing shows that. */
export function effectOf(
  { kind }: Intent,
  { retention }: Pick<Capabilities, 'retention'>,
): Effect | undefined {
  if (kind === 'prefetch') return 'warm-up';
  if (kind === 'release') return undefined;
  if (retention === 'ttl') return 'renewal';
  return retention === 'push' ? 'push' : 'touch';
}
