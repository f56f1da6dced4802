import type { PlannedPolicy } from './planned-policies.ts';
import type { PolicyShape } from './policy-shape.ts';

const code = (words: readonly string[]): string =>
  words.length === 0 ? '–' : words.map((word) => `\`${word}\``).join(', ');

/** Markdown, a row per policy; those that are only planned in a table of their own. */
export function policiesTable(
  built: readonly PolicyShape[],
  planned: readonly PolicyShape[],
): string {
  return [...tableOf('policy', built), '', ...tableOf('not written yet', planned)].join('\n');
}

function tableOf(title: string, shapes: readonly PolicyShape[]): readonly string[] {
  const head = [title, 'primitives', 'subjects', 'occasions', 'directives and intents'];
  const rows = shapes.map((shape) => [
    `[${shape.name}](${shape.name}.md)`,
    code(shape.primitives),
    shape.subjects.join(', '),
    code(shape.occasions),
    code(shape.answers),
  ]);
  const widths = head.map((_cell, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** The page of a policy that is only planned. */
export function plannedPage({ name, purpose, plan, missing, ...shape }: PlannedPolicy): string {
  return `# ${name}

${purpose}

**It is not written yet.** This page says what it will be made of and what it lacks.

- Primitives: ${code(shape.primitives)}
- Subjects: ${shape.subjects.join(', ')}
- Occasions: ${code(shape.occasions)}
- Directives: ${code(shape.answers)}

## What it would do

${plan.map((step) => `- ${step}`).join('\n')}

## What is missing

${missing.map((lack) => `- ${lack}`).join('\n')}
`;
}
