import Table from 'cli-table3';
import type { Examination } from './examine-app.ts';

const none = '–';

function list(values: readonly string[]): string {
  return values.length === 0 ? none : values.join('\n');
}

/** For a person: one table of what was read, then what to do. */
export function examinationText(examination: Examination): string {
  const { workload, topology, subgraphs, tools, models, opaque, advice } = examination;
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
  );
  const what = advice.map(
    ({ level, finding, fix }) =>
      `${level === 'broken' ? 'BROKEN' : 'hint  '} ${finding}\n       ${fix}`,
  );
  const rest =
    opaque.length === 0
      ? ''
      : 'Models that code calls show when it runs: see attach(app, runtime).report().\n';
  return `${table.toString()}\n${what.length === 0 ? 'Nothing to do.' : what.join('\n')}\n${rest}`;
}
