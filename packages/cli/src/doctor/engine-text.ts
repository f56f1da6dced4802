import type { EngineExamination } from '@entresol/engines/doctor';
import Table from 'cli-table3';

export function isSound({ checks }: EngineExamination): boolean {
  return checks.every(({ verdict }) => verdict !== 'broken');
}

/** For a person: what was looked at, then what to do. */
export function engineText(examination: EngineExamination): string {
  const { url, engine, version, checks, missingFlags, startCommand } = examination;
  const table = new Table({
    head: ['check', '', 'finding'],
    colWidths: [18, 9, 58],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { check, verdict, finding } of checks) {
    table.push([check, verdict === 'broken' ? 'BROKEN' : verdict, finding]);
  }
  const fixes = checks.flatMap(({ check, verdict, fix }) =>
    fix === undefined ? [] : [`${verdict === 'broken' ? 'BROKEN' : verdict} ${check}: ${fix}`],
  );
  const start =
    missingFlags.length === 0 || startCommand === null
      ? []
      : [`Missing flags: ${missingFlags.join(' ')}`, 'Start it like this:', startCommand];
  const head = `${url}: ${engine ?? 'not reached'}${version === null ? '' : ` ${version}`}`;
  const rest = fixes.length === 0 ? ['Nothing to do.'] : fixes;
  return `${[head, table.toString(), ...rest, ...start].join('\n')}\n`;
}
