import type { Directive } from './directives.ts';
import type { Milliseconds } from './identities.ts';
import type { Clock } from './ports.ts';

type Lookup = Extract<Directive, { readonly kind: 'serve' }>['lookup'];

/** How a lookup ended. Only `served` has a value. */
type LookupAnswer =
  | { readonly how: 'served'; readonly value: unknown }
  | { readonly how: 'missed' | 'failed' | 'late' };

/** Runs a lookup until `untilMs`; one that is late hears so through its signal, and its answer is not used. Never rejects. */
export async function serveLookup(
  lookup: Lookup,
  {
    clock,
    untilMs,
    signal,
  }: {
    readonly clock: Clock;
    readonly untilMs: Milliseconds;
    readonly signal: AbortSignal | undefined;
  },
): Promise<LookupAnswer> {
  const abort = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<LookupAnswer>();
  const giveUp = (): void => {
    resolve({ how: 'late' });
    abort.abort();
  };
  const cancel = clock.at(untilMs, giveUp);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  const answer = await Promise.race([answerOf(lookup, abort.signal), late]);
  signal?.removeEventListener('abort', giveUp);
  cancel();
  return answer;
}

async function answerOf(lookup: Lookup, signal: AbortSignal): Promise<LookupAnswer> {
  try {
    const found = await lookup(signal);
    return found === undefined ? { how: 'missed' } : { how: 'served', value: found.value };
  } catch {
    // A miss like any other for the app; the count tells the user.
    return { how: 'failed' };
  }
}
