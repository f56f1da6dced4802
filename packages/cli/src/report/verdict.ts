import { compareArms, levelWithin } from './arm-comparison.ts';
import type { Outcome } from './arm-comparison.ts';
import { formatRate, formatRelative } from './number-format.ts';
import type { ArmReport, WorkloadReport } from './report-document.ts';

/** The result in one sentence, losses in the same words as gains, and what it rests on. */
export function verdictOf(workload: WorkloadReport, options: { readonly quick: boolean }): string {
  const { cachesage, unmodified, fair } = workload.arms;
  if (cachesage === undefined) {
    return 'Measured as it is: on a server of your own the demo only watches, so there is nothing to compare.';
  }
  const clauses = [clauseAgainst('unmodified', cachesage, unmodified)];
  if (fair !== undefined) clauses.push(clauseAgainst('fair', cachesage, fair));
  const opening = options.quick
    ? 'In a smoke run, too small to judge by, CacheSage '
    : 'CacheSage ';
  return `${opening}${clauses.join(' and ')}. One run: up to ${levelWithin.netHitPoints} point and ${levelWithin.ttftPercent} % counts as level.`;
}

const verbs: Readonly<Record<Outcome, string>> = {
  better: 'beat',
  level: 'was level with',
  worse: 'lost to',
  mixed: 'won one measure and lost one against',
};

function clauseAgainst(name: string, arm: ArmReport, baseline: ArmReport): string {
  const { outcome, ttftMeanPercent } = compareArms(arm, baseline);
  const figures: string[] = [];
  if (arm.netHitRate !== null && baseline.netHitRate !== null) {
    figures.push(
      `net hit ${formatRate(arm.netHitRate)} against ${formatRate(baseline.netHitRate)}`,
    );
  }
  if (ttftMeanPercent !== undefined) {
    figures.push(`mean TTFT ${formatRelative(Math.round(ttftMeanPercent))}`);
  }
  return `${verbs[outcome]} ${name} (${figures.join(', ')})`;
}
