import type { Ability, AgentId, WorkloadId } from '@entresol/runtime-core';
import type { PrefixDrift } from '@entresol/runtime-core/adapter';

/** A model whose requests do not go through the runtime. */
export interface UnmanagedModel {
  readonly class: string;
  /** As the provider names it; undefined when the framework does not say. */
  readonly model?: string;
  readonly calls: number;
}

/** What runs have shown since the workload was attached. Plain JSON. */
export interface AttachmentReport {
  readonly workload: WorkloadId;
  /** Completed model runs of each agent that sent nothing through the runtime's client. */
  readonly unmanagedCalls: Readonly<Record<AgentId, number>>;
  readonly unmanagedModels: readonly UnmanagedModel[];
  /** What the graph did not declare. */
  readonly learned: {
    readonly agents: readonly AgentId[];
    readonly unknownTargets: readonly AgentId[];
  };
  /** Agents whose role prefix changed; each change costs the engine its cached prefix. */
  readonly prefixDrift: Readonly<Record<AgentId, PrefixDrift>>;
  /** Directives of policies that cannot be carried out in this graph, by kind and occasion. */
  readonly refusedDirectives: Readonly<Record<string, number>>;
  readonly can: readonly Ability[];
}
