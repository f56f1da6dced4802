import type { PolicyShape } from './policy-shape.ts';

/** A policy that is not written yet, and what the core lacks for it. */
export interface PlannedPolicy extends PolicyShape {
  readonly purpose: string;
  /** What it would do in each primitive, in this order. */
  readonly plan: readonly string[];
  readonly missing: readonly string[];
}

export const plannedPolicies: readonly PlannedPolicy[] = [
  {
    name: 'speculative-execution',
    purpose:
      'Runs tools that only read before the model asks for them, and serves or discards the result.',
    primitives: ['observe', 'act.inline', 'act.background'],
    subjects: ['agent', 'session', 'tool'],
    occasions: ['tool', 'gap', 'session-close'],
    answers: ['serve'],
    plan: [
      'observe: which tool an agent calls after which call, with which part of its arguments known before',
      'act.background, in the gap of a decode: the wish to run a tool that the developer declared to be read-only',
      'act.inline, before a tool: `serve` the result where the arguments are exactly the foretold ones; else it is dropped',
    ],
    missing: [
      'an intent `run-tool` with a budget and a deadline: intents now name prefixes only',
      'an ability of adapters to run a tool outside of a run, with its context and its abort signal',
      'arguments of tools in events, or a policy that only hears of them inline: events carry none by design',
      'a service `predict.toolCall`',
      'what was wasted, in the report, beside what was saved',
    ],
  },
  {
    name: 'priority',
    purpose: 'Sends what is on the critical path first, then whose run has had the least service.',
    primitives: ['observe', 'predict.outputTokens', 'score.call', 'act.inline'],
    subjects: ['run', 'call', 'agent', 'endpoint'],
    occasions: ['request'],
    answers: ['annotate', 'queue'],
    plan: [
      'observe: service attained by each run, length of answers by agent, which calls others wait for',
      'predict.outputTokens: the median and the 90th percentile of an agent’s last answers',
      'score.call: nearness to the end of the critical path, less the attained service',
      'act.inline: `annotate` with urgency and expected output; `queue` where the endpoint is under pressure',
    ],
    missing: [
      'who asks `predict.outputTokens`: it may be offered, and nothing of the core reads it yet',
      'one provider of `score.call` per runtime: with batch-shaping’s order the two would have to be weighed, not chosen',
      'the graph of a run that is still to come: what is on the critical path is known from `siblings` and joins only',
      'a directive to delay admission while the engine’s memory is short; `hold` waits for a call, not for room',
    ],
  },
  {
    name: 'affinity-routing',
    purpose: 'Sends a session and its prefixes to the replica that holds them.',
    primitives: ['observe', 'score.endpoint', 'act.inline'],
    subjects: ['session', 'prefix', 'endpoint'],
    occasions: ['request'],
    answers: ['route'],
    plan: [
      'observe: what each replica stores and removes, and its pressure',
      'score.endpoint: milliseconds saved there by what is resident, less what waits in front of it',
      'act.inline: `route` to the best, with hysteresis, so that a session does not swing',
    ],
    missing: [
      'the identity of a prompt at other endpoints: a prefix belongs to one scope, and a draft has only those of the endpoint that was asked, so what another one holds of the prompt cannot be looked up',
      'a driver of replicas behind one name; `route` names an endpoint with a client of its own',
      'who asks `score.endpoint`: it may be offered, and nothing of the core reads it yet',
      'a conformance case for `route` and every adapter',
    ],
  },
];
