/** What a call brings to the choice between keys. */
export interface FlowShare {
  /** Calls of one key share one turn with all other keys. */
  readonly key: string;
  /** What serving it costs; at least 1 is charged, so that nobody is served for nothing. */
  readonly cost: number;
  /** Share of the endpoint relative to other keys that wait. */
  readonly weight: number;
}

interface Flow {
  /** Virtual time up to which the flow has been served. */
  servedTo: number;
  waiting: number;
}

/** Flows of which nobody waits are remembered up to this number, the newest. */
const rememberedFlows = 4_096;

/**
 * Self-clocked fair queueing (Golestani, INFOCOM 1994): the call whose flow would be served up to the smallest virtual
 * time goes next, and that time is the clock by which a flow that was away comes in. While two flows wait, what they get
 * divided by their weights differs by no more than one call of each; a call is passed only by those that end before it,
 * so none starves, also when new flows never stop coming.
 */
export class FairFlows {
  #virtual = 0;
  readonly #flows = new Map<string, Flow>();

  /** A call of the flow begins to wait. A flow that was away is owed nothing for that time. */
  join(key: string): void {
    const flow = this.#of(key);
    if (flow.waiting === 0) flow.servedTo = Math.max(flow.servedTo, this.#virtual);
    flow.waiting += 1;
  }

  waiting(key: string): number {
    return this.#flows.get(key)?.waiting ?? 0;
  }

  /** A call of the flow waits no more, served or not. */
  leave(key: string): void {
    const flow = this.#flows.get(key);
    if (flow === undefined) return;
    flow.waiting -= 1;
  }

  /** Adds what a flow used beyond its charges, or gives back. */
  correct(key: string, amount: number, weight: number): void {
    if (Number.isFinite(amount)) this.#of(key).servedTo += amount / weight;
  }

  /** Virtual time up to which the flow would be served by this call. */
  finish({ key, cost, weight }: FlowShare): number {
    return this.#startOf(key) + Math.max(1, cost) / weight;
  }

  /** The call is served. */
  serve(share: FlowShare): void {
    const servedTo = this.finish(share);
    this.#of(share.key).servedTo = servedTo;
    this.#virtual = Math.max(this.#virtual, servedTo);
  }

  #startOf(key: string): number {
    const flow = this.#flows.get(key);
    if (flow === undefined) return this.#virtual;
    return flow.waiting > 0 ? flow.servedTo : Math.max(flow.servedTo, this.#virtual);
  }

  #of(key: string): Flow {
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    if (this.#flows.size >= rememberedFlows) this.#forgetOne();
    const flow = { servedTo: 0, waiting: 0 };
    this.#flows.set(key, flow);
    return flow;
  }

  #forgetOne(): void {
    for (const [key, { waiting }] of this.#flows) {
      if (waiting > 0) continue;
      this.#flows.delete(key);
      return;
    }
  }
}
