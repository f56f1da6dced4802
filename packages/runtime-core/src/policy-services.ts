import type { Policy } from './policy.ts';

/** Every service a policy can offer; each has one provider per runtime. */
export const policyServices = [
  'predict.nextAgent',
  'predict.reuse',
  'predict.outputTokens',
  'score.prefix',
  'score.call',
  'score.endpoint',
  'score.transition',
] as const;

export type PolicyService = (typeof policyServices)[number];

/** A member that is present is a service offered. */
export function offers({ predict, score }: Policy, service: PolicyService): boolean {
  switch (service) {
    case 'predict.nextAgent':
      return predict?.nextAgent !== undefined;
    case 'predict.reuse':
      return predict?.reuse !== undefined;
    case 'predict.outputTokens':
      return predict?.outputTokens !== undefined;
    case 'score.prefix':
      return score?.prefix !== undefined;
    case 'score.call':
      return score?.call !== undefined;
    case 'score.endpoint':
      return score?.endpoint !== undefined;
    case 'score.transition':
      return score?.transition !== undefined;
    default:
      return unreachable(service);
  }
}

function unreachable(value: never): never {
  throw new TypeError(`unknown service: ${String(value)}`);
}
