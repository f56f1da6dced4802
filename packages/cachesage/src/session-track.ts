import type {
  AgentId,
  CallId,
  DispatchId,
  EventOf,
  PrefixId,
  PrefixRef,
  Residency,
  SessionId,
  Usage,
} from '@entresol/runtime-core';
import { advance, startContext } from './markov/branch-context.ts';
import { foreseenPassage } from './markov/foreseen-passage.ts';
import type { Foresight } from './markov/foreseen-passage.ts';
import { END, PAUSE, START } from './markov/symbols.ts';
import { decayPerAdd, orderOneKey } from './markov/transition-counts.ts';
import { WeightAllowance } from './markov/weight-allowance.ts';
import type { PromptChain } from './prompt-chain.ts';
import { SessionPrompts } from './session-prompts.ts';
import { gapAgent, openBranch } from './session-branch.ts';
import type { Branch } from './session-branch.ts';
import { SessionCurves } from './survival/session-curves.ts';
import { TimedPassage } from './survival/timed-passage.ts';
import type { WorkloadModel } from './workload-model.ts';

/**
 * Counts that one session may hold in one row (of at most about 430 after decay): a loop of a thousand rounds is one
 * run's habit, not the workload's.
 */
const maxCountsPerSession = 64;
/** Calls remembered as possible parents of later ones. */
const maxCalls = 256;

/** One session: its open branches and its prompts. */
export class SessionTrack {
  readonly id: SessionId;
  readonly model: WorkloadModel;
  /** When it will call whom. */
  readonly curves: SessionCurves = new SessionCurves(this);
  readonly #foresight: Foresight | undefined;
  readonly #prompts: SessionPrompts;
  /** Start or last pause: parent of calls that name no earlier call of the run. */
  #root: Branch;
  #rootOpen = true;
  readonly #heads = new Map<CallId, Branch>();
  readonly #calls = new Map<CallId, Branch>();
  readonly #joins = new Map<DispatchId, readonly DispatchId[]>();
  readonly #contributions = new Map<number, { value: number; adds: number }>();
  readonly #allowance = new WeightAllowance();
  #steps = 0;
  /** The one prefetch that may be in flight. */
  prefetch: { readonly prefix: PrefixId; readonly untilMs: number } | undefined;

  /** @param foresight - undefined = what comes is predicted */
  constructor(id: SessionId, model: WorkloadModel, atMs: number, foresight: Foresight | undefined) {
    this.#foresight = foresight;
    this.id = id;
    this.model = model;
    this.#prompts = new SessionPrompts(model, (call) => this.#heads.has(call));
    this.#root = openBranch(model, model.passage(startContext), startContext, atMs, { run: 0 });
  }

  get steps(): number {
    return this.#steps;
  }

  /** Branches whose successor is not known yet, oldest first. */
  openBranches(): readonly Branch[] {
    return this.#heads.size === 0 && this.#rootOpen ? [this.#root] : [...this.#heads.values()];
  }

  /** The branch after a call; the most recent open one when none is named. */
  branchAfter(call: CallId | undefined): Branch | undefined {
    return call === undefined ? this.openBranches().at(-1) : this.#calls.get(call);
  }

  /** Role prefixes that the session's last call of the agent brought; undefined before its first. */
  rolesOf(agent: number): ReadonlySet<PrefixId> | undefined {
    return this.#prompts.rolesOf(agent);
  }

  /** A prompt that is brought up before its call is as live as one that was sent. */
  expect(prefix: PrefixRef, roleTokens: number): void {
    this.#prompts.expect(prefix, roleTokens, this.#steps);
  }

  /** The prompt that `prefix` is a live part of; undefined when it is superseded or was never seen. */
  liveChain(agent: AgentId, prefix: PrefixId): PromptChain | undefined {
    return this.#prompts.live(agent, prefix);
  }

  /** The prompt that a queued call is about to use; undefined = none waits for it. */
  awaitedChain(prefix: PrefixId): PromptChain | undefined {
    return this.#prompts.awaited(prefix);
  }

  /** A call has its first token. */
  callBegun(call: CallId): void {
    this.#prompts.begun(call);
  }

  dispatchStart(dispatch: DispatchId, after: readonly DispatchId[]): void {
    if (after.length > 1) this.#joins.set(dispatch, after);
  }

  callStart(event: EventOf<'call-start'>, residency: Residency): void {
    const { call, atMs, previous, dispatch } = event;
    this.curves.moved();
    if (this.#restarted(event)) return;
    const { model } = this;
    const agent = model.symbols.intern(event.agent);
    const named = previous === undefined ? undefined : this.#calls.get(previous);
    const parent = named?.run === this.#root.run ? named : this.#root;
    for (const cause of this.#causes(parent, dispatch)) this.#follow(cause, agent, atMs);
    model.newcomer = model.passage(startContext);
    const context = advance(parent.context, agent);
    const passage =
      this.#foresight === undefined
        ? model.passage(context)
        : new TimedPassage(
            foreseenPassage(this.#foresight(this.id, call), model.symbols),
            model.gaps,
          );
    const branch = openBranch(model, passage, context, atMs, {
      call,
      dispatch,
      previous,
      run: this.#root.run,
    });
    this.#heads.set(call, branch);
    this.#calls.set(call, branch);
    this.#forgetCalls();
    this.#steps++;
    this.#prompts.add(event, agent, this.#steps, residency);
    if (event.prefixes.some(({ id }) => id === this.prefetch?.prefix)) this.prefetch = undefined;
  }

  callEnd(
    call: CallId,
    atMs: number,
    outcome: { usage?: Usage | undefined; failed: boolean },
  ): void {
    const branch = this.#calls.get(call);
    this.curves.moved();
    this.#prompts.end(call, branch?.context.current, outcome.usage);
    if (branch === undefined) return;
    if (branch.kind === 'decode') branch.kind = 'none';
    branch.sinceMs = atMs;
    branch.failed = outcome.failed;
    if (!outcome.failed && this.#heads.has(call)) {
      branch.forecast = this.model.predictor.distribution(branch.context);
    }
  }

  toolStart(dispatch: DispatchId): void {
    const branch =
      [...this.#heads.values()].findLast((head) => head.dispatch === dispatch) ??
      this.openBranches().at(-1);
    if (branch !== undefined && branch.kind === 'none' && branch.call !== undefined) {
      branch.kind = 'tool';
      this.curves.moved();
    }
  }

  pause(atMs: number): void {
    if (this.#heads.size === 0) return;
    let last = this.#root;
    for (const head of this.#heads.values()) {
      // A call that failed says nothing about where its agent leads.
      if (!head.failed) this.#resolve(head, PAUSE, this.#weightIn(head.context.current));
      last = head;
    }
    this.release();
    const context = advance(last.context, PAUSE);
    this.#root = openBranch(this.model, this.model.passage(context), context, atMs, {
      run: this.#root.run + 1,
    });
    this.#root.forecast = this.model.predictor.distribution(this.#root.context);
    this.#rootOpen = true;
  }

  /** The session will not come back. */
  close(): void {
    for (const branch of this.openBranches()) {
      if (branch.context.current !== START && !branch.failed) this.#resolve(branch, END, 1);
    }
    this.release();
  }

  /** Nothing of the session runs any more. */
  release(): void {
    this.curves.moved();
    this.#prompts.endAll();
    for (const head of this.#heads.values()) head.passage = undefined;
    this.#heads.clear();
    this.#joins.clear();
  }

  /** A retry, or an event heard twice, goes on where the first attempt stood and is not counted again. */
  #restarted({ call, agent, previous, attempt, atMs, prefixes }: EventOf<'call-start'>): boolean {
    const symbol = this.model.symbols.find(agent);
    const branch =
      this.#calls.get(call) ??
      (attempt > 1
        ? [...this.#heads.values()].findLast(
            (head) => head.failed && head.context.current === symbol && head.previous === previous,
          )
        : undefined);
    if (branch === undefined) return false;
    if (branch.call !== undefined && this.#heads.delete(branch.call)) this.#heads.set(call, branch);
    this.#calls.set(call, branch);
    branch.call = call;
    branch.kind = 'decode';
    branch.sinceMs = atMs;
    branch.failed = false;
    branch.forecast = undefined;
    this.#prompts.restart(call, prefixes, this.#steps);
    return true;
  }

  /** The parent, and at a join the open ends of the other dispatches that caused this one. */
  #causes(parent: Branch, dispatch: DispatchId): readonly Branch[] {
    const after = this.#joins.get(dispatch);
    if (after === undefined) return [parent];
    this.#joins.delete(dispatch);
    const others = [...this.#heads.values()].filter(
      (head) => head !== parent && head.dispatch !== undefined && after.includes(head.dispatch),
    );
    return [parent, ...others];
  }

  #follow(cause: Branch, agent: number, atMs: number): void {
    const { gaps } = this.model;
    if (cause.call === undefined) {
      this.#rootOpen = false;
    } else {
      this.#heads.delete(cause.call);
      // It stays known as a parent, for which its context is enough.
      cause.passage = undefined;
      const stepMs = Math.max(0, atMs - cause.startedAtMs);
      gaps.observeStep(stepMs);
      gaps.observe(gapAgent(cause), 'decode', stepMs / gaps.meanStepMs);
    }
    if (cause.kind !== 'decode') {
      const waited = Math.max(0, atMs - cause.sinceMs) / gaps.meanStepMs;
      gaps.observe(gapAgent(cause), cause.kind, waited);
    }
    this.#resolve(cause, agent, this.#weightIn(cause.context.current));
  }

  #resolve(branch: Branch, symbol: number, weight: number): void {
    if (branch.forecast !== undefined) {
      this.model.calibration.resolve(branch.forecast, symbol);
      branch.forecast = undefined;
    }
    if (weight > 0) this.model.predictor.learn(branch.context, symbol, weight, this.#allowance);
  }

  /**
   * Weight of this session's next count in the row after `current`. Its share decays as the row does; at the bound it
   * adds nothing, rather than a little that would decay everybody else's counts.
   */
  #weightIn(current: number): number {
    const adds = this.model.counts.row(orderOneKey(current))?.adds ?? 0;
    const own = this.#contributions.get(current) ?? { value: 0, adds };
    const held = own.value * decayPerAdd ** Math.max(0, adds - own.adds);
    const weight = held <= maxCountsPerSession - 1 ? 1 : 0;
    this.#contributions.set(current, { value: held + weight, adds });
    return weight;
  }

  #forgetCalls(): void {
    if (this.#calls.size <= maxCalls) return;
    for (const call of this.#calls.keys()) {
      if (this.#heads.has(call)) continue;
      this.#calls.delete(call);
      if (this.#calls.size <= maxCalls) return;
    }
  }
}
