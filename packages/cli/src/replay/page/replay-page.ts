import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import type { ReplayDocument, ReplayRow, ReplayWorkload } from '../replay-document.ts';
import { counted } from '../../report/number-format.ts';
import { isBeside } from '../lab-policies.ts';
import { capacityLine } from '../replay-table.ts';
import { escapeMarkup, marked } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { hitTable, timeTable } from './page-tables.ts';
import { findings, verdict } from './replay-verdict.ts';

/** Writes the report as one self-contained page; a reader of the file never sees half of it. */
export async function writeReplayPage(path: string, document: ReplayDocument): Promise<void> {
  const page = await replayPage(document);
  const part = `${path}.${randomUUID()}.part`;
  await writeFile(part, page);
  await rename(part, path);
}

async function replayPage(document: ReplayDocument): Promise<string> {
  const sections = await Promise.all(
    document.workloads.map((workload) => section(workload, document)),
  );
  const title = verdict(document);
  const stopped = document.complete ? '' : ' The run was stopped: workloads are missing.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Entresol replay: ${escapeMarkup(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<p class="product">Entresol replay</p>
<h1>${escapeMarkup(title)}</h1>
<p class="lead">Shares of prompt tokens that need not be computed, in a model of a paged prefix cache (blocks of ${document.blockTokens} tokens). Intervals are 95 %, over interleavings of the same sessions. ${marked('!')} = worse, and the interval shows it. Dashed: knows the future, or is a bound.${stopped}</p>
${sections.join('\n')}
${footer(document)}
</main>
</body>
</html>
`;
}

/** Tables of a capacity: rows are compared inside one only. */
const groups: readonly (readonly [title: string, belongs: (row: ReplayRow) => boolean])[] = [
  ['Policies', ({ kind }) => !isBeside(kind)],
  ['CacheSage without one part', ({ kind }) => kind === 'ablation'],
  ['Prompts computed ahead', ({ kind }) => kind === 'timed' || kind === 'prefetch'],
  ['Order of waiting calls', ({ kind }) => kind === 'ordering'],
];

async function section(workload: ReplayWorkload, document: ReplayDocument): Promise<string> {
  const rows = document.rows.filter((row) => row.workload === workload.name);
  const notes = [
    `${counted(workload.sessions, 'session')}, ${counted(workload.calls, 'call')}, ${counted(workload.agents, 'agent')}; ${workload.source}.`,
    ...(workload.estimated.length > 0 ? [`Estimated: ${workload.estimated.join('; ')}.`] : []),
    ...(workload.isDevelopmentSet ? ['Development set: constants were chosen on it.'] : []),
    ...(workload.skippedLines > 0
      ? [`${counted(workload.skippedLines, 'bad line')} left out.`]
      : []),
  ];
  const capacities = [...Map.groupBy(rows, ({ capacity }) => capacity).values()];
  const tables = capacities.flatMap((own) => {
    const parts = groups.map(([title, belongs]) => ({ title, rows: own.filter(belongs) }));
    return [
      `<h3>${escapeMarkup(capacityLine(own, workload))}</h3>`,
      ...parts.flatMap(({ title, rows: part }) =>
        part.length === 0
          ? []
          : [hitTable(title, part), timeTable(`${title}: times of the engine model`, part)],
      ),
    ];
  });
  return `<section aria-label="${escapeMarkup(workload.name)}">
<h2>${escapeMarkup(workload.name)}</h2>
${findings(rows)
  .map((finding) => `<p class="finding">${marked(finding)}.</p>`)
  .join('\n')}
<p>${escapeMarkup(notes.join(' '))}</p>
${capacities.length > 1 ? await curvesOf(workload, rows) : ''}
${tables.join('\n')}
</section>`;
}

/** The drawing of the docs, in the inks of the page. */
async function curvesOf({ name }: ReplayWorkload, rows: readonly ReplayRow[]): Promise<string> {
  // Charts are a large library that no other command needs.
  const [{ capacityCurves }, { ink }] = await Promise.all([
    import('../capacity-curves.ts'),
    import('../../report/svg-chart.ts'),
  ]);
  const inks = [
    [ink.panel, '--panel'],
    [ink.line, '--line-2'],
    [ink.first, '--ink'],
    [ink.second, '--ink-2'],
    [ink.third, '--ink-3'],
    // What the library takes where no ink is given.
    ['#54555a', '--ink-2'],
    ['#dbdee4', '--line'],
    ['#fff', '--panel'],
    ['#000', '--ink'],
  ] as const;
  let svg = capacityCurves(rows);
  for (const [hex, token] of inks) svg = svg.replaceAll(hex, `var(${token})`);
  const label = escapeMarkup(
    `${name}: net hit rate over capacity; the tables below have the figures`,
  );
  return `<figure tabindex="0">${svg.replace('<svg ', `<svg role="img" aria-label="${label}" `)}</figure>`;
}

function footer({ command, machine, date, policies }: ReplayDocument): string {
  const facts = [
    ['Command', `<code>${escapeMarkup(command)}</code>`],
    ['Date', escapeMarkup(date)],
    ['Machine', escapeMarkup(`${machine.cpu}, ${machine.cores} cores`)],
    ['Commit', escapeMarkup(machine.commit ?? 'unknown')],
    ...Object.entries(policies).map(([name, source]) => [
      `<code>${escapeMarkup(name)}</code>`,
      escapeMarkup(source),
    ]),
  ];
  const items = facts.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('\n');
  return `<footer><dl>\n${items}\n</dl></footer>`;
}
