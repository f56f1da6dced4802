import Table from 'cli-table3';
import type { Examination } from './examine-app.ts';

const none = '–';

function list(values: readonly string[]): string {
  return values.length === 0 ? none : values.join('\n');
}

/** What only one framework has. */
function rowsOf(examination: Examination): readonly (readonly [string, string])[] {
  if (examination.framework === 'mastra') {
    const { workflows, models } = examination;
    return [
      ['workflows', list(workflows)],
      [
        'models',
        list(
          models.map(({ agent, provider, model, client }) =>
            [
              `${agent}:`,
              provider,
              model === undefined ? undefined : `${model},`,
              `client: ${client}`,
            ]
              .filter((part) => part !== undefined)
              .join(' '),
          ),
        ),
      ],
    ];
  }
  const { subgraphs, tools, models, opaque } = examination;
  return [
    ['subgraphs', list(subgraphs)],
    ['tools in reach', list(tools.map(({ node, tool }) => `${tool} (${node})`))],
    [
      'models',
      list(
        models.map(
          ({ node, class: kind, model, client }) =>
            `${node}: ${kind}${model === undefined ? '' : ` ${model}`}, client: ${client}`,
        ),
      ),
    ],
    ['nodes of code', list(opaque)],
  ];
}

/** Does only a run show whom somebody asks? */
function isPartlyHidden(examination: Examination): boolean {
  return examination.framework === 'mastra'
    ? examination.models.some(({ client }) => client === 'chosen')
    : examination.opaque.length > 0;
}

/** For a person: one table of what was read, then what to do. */
export function examinationText(examination: Examination): string {
  const { workload, topology, advice } = examination;
  const table = new Table({
    colWidths: [18, 58],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(
    ['workload', workload],
    ['agents', list(topology.agents)],
    [
      'declared edges',
      list(topology.edges.map(({ from, to, kind }) => `${from} → ${to} (${kind})`)),
    ],
    ['unknown targets', list(topology.unknownTargets)],
    ...rowsOf(examination).map((row) => [...row]),
  );
  const what = advice.map(
    ({ level, finding, fix }) =>
      `${level === 'broken' ? 'BROKEN' : 'hint  '} ${finding}\n       ${fix}`,
  );
  const rest = isPartlyHidden(examination)
    ? 'Models that code calls show when it runs: see attach(app, runtime).report().\n'
    : '';
  return `${table.toString()}\n${what.length === 0 ? 'Nothing to do.' : what.join('\n')}\n${rest}`;
}
