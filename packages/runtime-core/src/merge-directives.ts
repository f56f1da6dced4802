import type { Annotation, CallPlan, Directive, Hold } from './directives.ts';
import type { By } from './policy-host.ts';

/** Reject and approve first, then serve, then route; waits combine; annotations: the most urgent, the longest. */
export function mergeDirectives(directives: readonly By<Directive>[]): CallPlan {
  let plan: { -readonly [K in keyof CallPlan]: CallPlan[K] } = { verdict: 'go', annotate: {} };
  const rank = { go: 0, serve: 1, approve: 2, reject: 3 } as const;
  for (const { policy, wish } of directives) {
    switch (wish.kind) {
      case 'reject':
      case 'approve':
      case 'serve':
        if (rank[wish.kind] > rank[plan.verdict]) {
          plan = { ...plan, verdict: wish.kind, reason: `${policy}: ${reasonOf(wish)}` };
        }
        break;
      case 'hold':
        plan = { ...plan, hold: longerHold(plan.hold, wish) };
        break;
      case 'route':
        plan = { ...plan, route: plan.route ?? wish.endpoint };
        break;
      case 'annotate':
        plan = { ...plan, annotate: mergeAnnotations(plan.annotate, wish) };
        break;
      case 'queue':
        plan = { ...plan, queue: plan.queue ?? wish };
        break;
      default:
        // From untyped code: a kind of another version is no reason to lose what the other policies said.
        wish satisfies never;
    }
  }
  return plan;
}

function longerHold(held: Hold | undefined, wanted: Hold): Hold {
  return held === undefined || wanted.maxMs > held.maxMs ? wanted : held;
}

function mergeAnnotations(a: Annotation, b: Annotation): Annotation {
  const urgency = most(a.urgency, b.urgency);
  const keepForMs = most(a.keepForMs, b.keepForMs);
  const expectedOutputTokens = a.expectedOutputTokens ?? b.expectedOutputTokens;
  return {
    ...(urgency === undefined ? {} : { urgency }),
    ...(keepForMs === undefined ? {} : { keepForMs }),
    ...(expectedOutputTokens === undefined ? {} : { expectedOutputTokens }),
  };
}

function most(x: number | undefined, y: number | undefined): number | undefined {
  return x === undefined || y === undefined ? (x ?? y) : Math.max(x, y);
}

function reasonOf(
  wish: Exclude<Directive, { kind: 'hold' | 'queue' | 'route' | 'annotate' }>,
): string {
  switch (wish.kind) {
    case 'reject':
      return wish.reason;
    case 'approve':
      return wish.question;
    case 'serve':
      return 'served';
    default:
      return unhandled(wish);
  }
}

function unhandled(value: never): never {
  throw new TypeError(`unhandled directive: ${JSON.stringify(value)}`);
}
