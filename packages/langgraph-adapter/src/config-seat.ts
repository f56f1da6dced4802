import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { CallbackManager, Callbacks } from '@langchain/core/callbacks/manager';
import { mergeConfigs } from '@langchain/core/runnables';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { CompiledGraph } from './graph-shape.ts';

/** The handlers this package has put into one graph's `config`, and what was there before the first. */
interface Seat {
  readonly hadConfig: boolean;
  readonly original: RunnableConfig | undefined;
  readonly handlers: Set<BaseCallbackHandler>;
  placed: RunnableConfig | undefined;
}

const seats = new WeakMap<CompiledGraph, Seat>();

function withHandlers(original: RunnableConfig | undefined, seat: Seat): RunnableConfig {
  return mergeConfigs(original ?? {}, { callbacks: [...seat.handlers] });
}

function isManager(callbacks: Callbacks): callbacks is CallbackManager {
  return !Array.isArray(callbacks);
}

/** A config that others have changed since: only our handler is taken out. */
function without(config: RunnableConfig, handler: BaseCallbackHandler): RunnableConfig {
  const { callbacks, ...rest } = config;
  if (callbacks === undefined) return rest;
  if (isManager(callbacks)) {
    const copy = callbacks.copy();
    copy.removeHandler(handler);
    return { ...rest, callbacks: copy };
  }
  return { ...rest, callbacks: callbacks.filter((other) => other !== handler) };
}

/**
 * Puts a handler into the graph's own config, where every way of running the graph finds it, and returns the undo. When
 * the last handler goes and nobody else has changed the config, it is the very object it was before.
 */
export function seatHandler(graph: CompiledGraph, handler: BaseCallbackHandler): () => void {
  let seat = seats.get(graph);
  if (seat === undefined || graph.config !== seat.placed) {
    seat = {
      hadConfig: Object.hasOwn(graph, 'config'),
      original: graph.config,
      handlers: new Set(),
      placed: undefined,
    };
    seats.set(graph, seat);
  }
  const own = seat;
  own.handlers.add(handler);
  own.placed = withHandlers(own.original, own);
  graph.config = own.placed;
  return () => {
    own.handlers.delete(handler);
    if (graph.config !== own.placed) {
      if (graph.config !== undefined) graph.config = without(graph.config, handler);
      return;
    }
    if (own.handlers.size > 0) {
      own.placed = withHandlers(own.original, own);
      graph.config = own.placed;
      return;
    }
    seats.delete(graph);
    if (!own.hadConfig) delete graph.config;
    else if (own.original !== undefined) graph.config = own.original;
    else Object.assign(graph, { config: undefined });
  };
}
