import { startNode } from './local-graph.ts';

/** What LangChain says of a chain run when it starts. */
export interface ChainStart {
  readonly runId: string;
  readonly parentRunId: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly runName: string | undefined;
  /** True for the run of a whole graph. */
  readonly isGraph: boolean;
}

/** A chain run that is one activation of a node. */
export interface NodeRun {
  readonly name: string;
  /** Unique to the task, the same for all attempts at it; '' when not given. */
  readonly namespace: string;
  /** Namespace of the task around it. */
  readonly parentNamespace: string;
  readonly step: number;
  /** `branch:to:<node>`, `join:<nodes>:<node>` or the mark of a `Send`. */
  readonly trigger: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Carried by the runs of nodes, and by no run inside them. */
const stepTag = /^graph:step:(-?\d+)$/u;
const hiddenTag = 'langsmith:hidden';

/** True for the run that takes in a graph's input; one that goes on from a checkpoint has none. */
export function takesInput({ tags, runName }: ChainStart): boolean {
  return runName === startNode && tags?.includes(hiddenTag) === true;
}

/** Undefined for a run that is no node, and for LangGraph's own nodes. */
export function readNodeRun({ tags, metadata = {}, runName }: ChainStart): NodeRun | undefined {
  if (tags === undefined || tags.includes(hiddenTag)) return undefined;
  let step: number | undefined;
  for (const tag of tags) {
    const found = stepTag.exec(tag)?.[1];
    if (found !== undefined) step = Number(found);
  }
  if (step === undefined) return undefined;
  // `outer:<task>|1|inner:<task>`: the number counts repeated calls of one graph inside one node.
  const given = metadata['langgraph_checkpoint_ns'];
  const namespace = typeof given === 'string' ? given : '';
  const parts = namespace.split('|').filter((part) => !/^\d+$/u.test(part));
  const name = (parts.at(-1) ?? '').split(':')[0];
  const triggers = metadata['langgraph_triggers'];
  const trigger: unknown = Array.isArray(triggers) ? triggers[0] : undefined;
  return {
    name: name === undefined || name === '' ? (runName ?? 'node') : name,
    namespace,
    parentNamespace: parts.slice(0, -1).join('|'),
    step,
    trigger: typeof trigger === 'string' ? trigger : undefined,
    metadata,
  };
}
