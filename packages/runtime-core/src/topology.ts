import type { AgentId } from './identities.ts';

/** How a declared edge was written: what the framework promises about it. */
export type EdgeKind = 'static' | 'branch' | 'command' | 'fan-out' | 'join' | 'delegate';

/** One declared step between agents, with nodes that call no model contracted away. */
export interface TopologyEdge {
  readonly from: AgentId | 'START';
  readonly to: AgentId | 'END';
  readonly kind: EdgeKind;
  /** Relative prior weight (> 0) where the framework carries branch annotations; 1 when absent. */
  readonly weight?: number;
}

/** The declared graph of one workload: the prior of its transition matrix. Plain JSON. */
export interface Topology {
  readonly agents: readonly AgentId[];
  readonly edges: readonly TopologyEdge[];
  /** Agents with targets that cannot be read before they run (a branch without a path map). */
  readonly unknownTargets: readonly AgentId[];
}
