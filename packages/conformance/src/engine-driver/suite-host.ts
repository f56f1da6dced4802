import {
  type Clock,
  type EngineHost,
  type Outcome,
  type PrefixId,
  type RequestBody,
  type RuntimeEvent,
  systemClock,
  type Ticket,
} from '@entresol/runtime-core';

/** A host with no opinion on any order, that hands out the texts it was given and counts what is said. */
export class SuiteHost implements EngineHost {
  readonly clock: Clock = systemClock;
  readonly worthVersion = 0;
  readonly orders = false;
  readonly events: RuntimeEvent[] = [];
  readonly outcomes: Outcome[] = [];
  readonly #texts = new Map<PrefixId, RequestBody>();
  readonly #settled = new Map<string, () => void>();

  rank(): undefined {}

  worth(): undefined {}

  keepText(prefix: PrefixId, body: RequestBody): void {
    this.#texts.set(prefix, body);
  }

  materialise({ id }: { readonly id: PrefixId }): ReturnType<EngineHost['materialise']> {
    const body = this.#texts.get(id);
    return body && { form: 'chat', body };
  }

  emit(event: RuntimeEvent): void {
    this.events.push(event);
  }

  settle(outcome: Outcome): void {
    this.outcomes.push(outcome);
    this.#settled.get(outcome.id)?.();
  }

  outcomesOf({ id }: Ticket): readonly Outcome[] {
    return this.outcomes.filter((outcome) => outcome.id === id);
  }

  /** Resolves with the first outcome of a ticket that is submitted by `submit`. */
  async outcome(ticket: Ticket, submit: () => void): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled.set(ticket.id, resolve);
    submit();
    await promise;
    const [first] = this.outcomesOf(ticket);
    if (first === undefined) throw new TypeError(`no outcome of ${ticket.id}`);
    return first;
  }
}
