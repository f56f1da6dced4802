import { formatBytes, verdictOf } from '@entresol/cli/report';
import type { ReportDocument } from '@entresol/cli/report';
import { armTable } from './arm-table.ts';
import { machineText } from './machine-text.ts';

/** The measured block of README.md, from one document of `npm start -- --json`. */
export function readmeBlock(document: ReportDocument): string {
  const { engine, machine } = document;
  return document.workloads
    .flatMap((workload) => {
      const { name, load, sessions, requests, agents, headroom } = workload;
      const points = headroom === null ? undefined : Math.round(headroom * 100);
      const slots = engine.slots === null ? '' : `, ${engine.slots} slots`;
      const tier =
        engine.tierBytes === null ? '' : `, second tier ${formatBytes(engine.tierBytes)}`;
      const weights = engine.weights === 'random' ? ' (random weights)' : '';
      return [
        `\`npm start -- --json --load ${load} --sessions ${sessions}\`: ${name}, ${agents} agents, ${requests} requests of each arm, one run`,
        `(${machineText(machine)}, ${engine.name}, ${engine.model}${weights}${slots}${tier}):`,
        '',
        ...armTable(workload.arms),
        '',
        verdictOf(workload, { quick: false }),
        ...(points === undefined
          ? []
          : [`An infinite cache would hit ${points} points more than \`unmodified\`.`]),
        '`unmodified` is llama.cpp with the rules of its own server, host prompt cache included; `fair` has our tiers and bytes with LRU.',
        'Repeats, intervals, and where nothing is gained: [docs/benchmarks.md](docs/benchmarks.md).',
      ];
    })
    .join('\n');
}
