import type { ReportDocument } from '@entresol/cli/report';

/** What the figures were measured on. */
export function machineText({ cpu, cores, commit }: ReportDocument['machine']): string {
  return `${cpu}, ${cores} cores, commit ${commit ?? 'unknown'}`;
}
