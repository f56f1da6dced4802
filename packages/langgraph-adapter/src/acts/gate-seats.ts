import type { ToolHolder } from '../graph-shape.ts';
import { gated, Gates, isInvokable } from './invocation.ts';
import type { Gate } from './invocation.ts';

/** A node of a compiled graph; what it is bound to is what it runs. */
interface BoundNode {
  bound?: unknown;
}

interface Seat {
  readonly gates: Gates;
  /** Puts back what was there, if what stands there is still ours. */
  readonly restore: () => void;
}

const seats = new WeakMap<object, Seat>();

function sit(
  place: object,
  owner: object,
  gate: Gate,
  take: (gates: Gates) => () => void,
): () => void {
  let seat = seats.get(place);
  if (seat === undefined) {
    const gates = new Gates();
    seat = { gates, restore: take(gates) };
    seats.set(place, seat);
  }
  const { gates, restore } = seat;
  gates.add(owner, gate);
  let left = false;
  return (): void => {
    if (left) return;
    left = true;
    gates.remove(owner);
    if (gates.size > 0) return;
    // Where others have put something over ours, ours stays below and lets everything pass.
    restore();
    if (seats.get(place) === seat) seats.delete(place);
  };
}

/** Puts a gate before a node and returns the undo, after which the node is bound to the very object it was before. */
export function seatNodeGate(node: BoundNode, owner: object, gate: Gate): () => void {
  return sit(node, owner, gate, (gates) => {
    const { bound } = node;
    if (!isInvokable(bound)) return () => undefined;
    const placed = gated(bound, gates);
    node.bound = placed;
    return () => {
      if (node.bound === placed) node.bound = bound;
    };
  });
}

/** Puts a gate before every tool of a tool node; returns the undo. The tools themselves are not touched. */
export function seatToolGate(holder: ToolHolder, owner: object, gate: Gate): () => void {
  return sit(holder, owner, gate, (gates) => {
    const { tools } = holder;
    const placed = tools.map((tool) => (isInvokable(tool) ? gated(tool, gates) : tool));
    holder.tools = placed;
    return () => {
      if (holder.tools === placed) holder.tools = tools;
    };
  });
}
