export { bodyOf, readWhole } from './whole-body.ts';
export type { WholeBody } from './whole-body.ts';
export { EngineError, EntresolError, RuntimeConfigError } from './errors.ts';
export type { EngineErrorCode, RuntimeConfigErrorCode } from './errors.ts';
export type {
  AgentId,
  CacheScope,
  CallId,
  DispatchId,
  EndpointId,
  IntentId,
  Milliseconds,
  PrefixId,
  PrefixLink,
  PrefixRef,
  SessionId,
  TenantId,
  WorkloadId,
} from './identities.ts';
export type { EdgeKind, Topology, TopologyEdge } from './topology.ts';
export type { ContinuedPrompt } from './prompt-continuity.ts';
export type { ModelApi } from './responses-api.ts';
export type { Usage } from './usage.ts';
export type {
  DispatchEnd,
  EventOf,
  RuntimeEvent,
  RuntimeEventType,
  SessionCloseReason,
} from './events.ts';
export type { Measured } from './effect-ledger.ts';
export type { EffectMetric, MeasuredEffect } from './measured-effect.ts';
export type { ModelledAct, ModelledCost, ModelledEffect } from './modelled-effects.ts';
export type { LedgerEntry } from './policy-ledger.ts';
export { EffectWatch } from './effect-watch.ts';
export type { Effect, EngineMissing, MissingEffect } from './effect-watch.ts';
export type { TrialOptions } from './policy-trial.ts';
export type { EngineBill } from './engine-bill.ts';
export type { CostModel, EngineLoad, Residency, Tier } from './residency.ts';
export { chooseLife, valueOfPrewarm, valueOfRenewal } from './cache-life.ts';
export type { CachePrices, LifeChoice, ReusedWithin } from './cache-life.ts';
export type {
  Annotation,
  CallPlan,
  Directive,
  Hold,
  InlineOccasion,
  PrefixLife,
  QueueFlow,
  QueueWish,
  ToolOutcome,
} from './directives.ts';
export type { Intent, Outcome, Ticket, Verification } from './intents.ts';
export type {
  BackgroundOccasion,
  CallDraft,
  Policy,
  PolicyContext,
  PolicyMode,
  PolicyWant,
  Prediction,
  PredictionQuery,
  Worth,
} from './policy.ts';
export { offers, policyServices } from './policy-services.ts';
export type { PolicyService } from './policy-services.ts';
export type {
  Capabilities,
  EngineDriver,
  EngineHost,
  RequestBody,
  Transport,
  VictimCandidate,
  WirePrompt,
} from './engine-driver.ts';
export type { EvictionOrder, HeldPrefix } from './eviction-order.ts';
export type {
  Ability,
  AdapterHost,
  Attachment,
  CallIdentity,
  FrameworkLink,
  FrameworkPort,
  PassageOccasion,
  PassageVerdict,
} from './framework.ts';
export type { Clock, Ids, Random, StateStore } from './ports.ts';
export type { RequestLayout, RequestToLayOut } from './request-layout.ts';
export type { QueueReport } from './call-queue.ts';
export type { CallQueueOptions } from './queue-options.ts';
export type { WaitReport } from './wait-times.ts';
export type { Budget, Runtime, RuntimeOptions, RuntimeReport } from './runtime.ts';
export { createPrefixChain } from './prefix-chain.ts';
export type { PrefixChain } from './prefix-chain.ts';
export { createIds, randomKey, systemClock, systemRandom } from './system.ts';
export { isManagedFetch } from './managed-fetch.ts';
export { createRuntime } from './create-runtime.ts';
export { replayDecisions } from './decision-record.ts';
export type { Answer, Decision, Divergence, RuntimeRecord } from './decision-record.ts';
