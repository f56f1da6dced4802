import { readFileSync, readdirSync } from 'node:fs';
import type { Directive, Intent } from '@entresol/runtime-core';
import { expect, it } from 'vitest';
import { builtPolicies, shapeOf } from '../../src/policies-table/built-policies.ts';
import { plannedPolicies } from '../../src/policies-table/planned-policies.ts';
import { plannedPage, policiesTable } from '../../src/policies-table/policies-pages.ts';

const kinds: Record<Directive['kind'] | Intent['kind'], true> = {
  reject: true,
  approve: true,
  serve: true,
  hold: true,
  queue: true,
  route: true,
  annotate: true,
  prefetch: true,
  retain: true,
  release: true,
};

function kindsIn(folder: string): readonly string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const named = [...sources.join('\n').matchAll(/\bkind: '([a-z]+)'/gu)].map(([, kind]) => kind);
  return Object.keys(kinds).filter((kind) => named.includes(kind));
}

it.each(builtPolicies.map((built) => [built.policy.name, built] as const))(
  '%s answers with what its source makes and nothing else',
  (_name, { source, answers }) => {
    expect(answers.filter((answer) => answer !== 'layout').toSorted()).toEqual(
      kindsIn(source).toSorted(),
    );
  },
);

it('says of every policy which acts it has occasions for', () => {
  for (const { name, primitives, occasions, answers } of builtPolicies.map(shapeOf)) {
    const acts = primitives.some((primitive) => primitive.startsWith('act.'));
    expect([name, acts]).toEqual([name, occasions.length > 0 && answers.length > 0]);
  }
});

it('is what the pages show', () => {
  const page = readFileSync('docs/policies/README.md', 'utf8');
  expect(page).toContain(policiesTable(builtPolicies.map(shapeOf), plannedPolicies));
  for (const planned of plannedPolicies) {
    expect(readFileSync(`docs/policies/${planned.name}.md`, 'utf8')).toBe(plannedPage(planned));
  }
});
