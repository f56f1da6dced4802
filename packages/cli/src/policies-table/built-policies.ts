import { cacheSage } from '@entresol/cachesage';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { fairness } from '@entresol/policies/fairness';
import { prefixLayout } from '@entresol/policies/prefix-layout';
import { safety } from '@entresol/policies/safety';
import { toolMemo } from '@entresol/policies/tool-memo';
import type { Policy } from '@entresol/runtime-core';
import { offers, policyServices } from '@entresol/runtime-core';
import type { PolicyShape, Primitive } from './policy-shape.ts';

interface Built extends Omit<PolicyShape, 'name' | 'primitives'> {
  readonly policy: Policy;
  /** Where its source is, from the root of the repository. */
  readonly source: string;
}

/** The policies that there are. Primitives are read off the object; what its acts answer is checked against its source. */
export const builtPolicies: readonly Built[] = [
  {
    policy: cacheSage(),
    source: 'packages/cachesage/src',
    subjects: ['agent', 'session', 'prefix'],
    occasions: ['gap', 'session-pause', 'tick'],
    answers: ['prefetch'],
  },
  {
    policy: prefixLayout(),
    source: 'packages/policies/src/prefix-layout',
    subjects: ['agent', 'session', 'tool'],
    occasions: ['layout'],
    answers: ['layout'],
  },
  {
    policy: batchShaping(),
    source: 'packages/policies/src/batch-shaping',
    subjects: ['call', 'prefix', 'endpoint'],
    occasions: ['request'],
    answers: ['hold'],
  },
  {
    policy: fairness(),
    source: 'packages/policies/src/fairness',
    subjects: ['tenant', 'run', 'endpoint'],
    occasions: ['request'],
    answers: ['queue'],
  },
  {
    policy: toolMemo({ tenants: 'single', tools: {} }),
    source: 'packages/policies/src/tool-memo',
    subjects: ['tenant', 'tool'],
    occasions: ['tool'],
    answers: ['serve'],
  },
  {
    policy: safety({}),
    source: 'packages/policies/src/safety',
    subjects: ['agent', 'session', 'run', 'tenant', 'tool', 'transition'],
    occasions: ['request', 'tool', 'transition'],
    answers: ['reject', 'approve'],
  },
];

export function shapeOf({ policy, subjects, occasions, answers }: Built): PolicyShape {
  return { name: policy.name, primitives: primitivesOf(policy), subjects, occasions, answers };
}

function primitivesOf(policy: Policy): readonly Primitive[] {
  const acts = (['layout', 'inline', 'background'] as const).filter(
    (how) => policy.act?.[how] !== undefined,
  );
  return [
    ...(policy.observe === undefined ? [] : (['observe'] as const)),
    ...policyServices.filter((service) => offers(policy, service)),
    ...acts.map((how): Primitive => `act.${how}`),
  ];
}
