import type { LedgerEntry, MeasuredEffect, StateStore } from '@entresol/runtime-core';

const digits: Readonly<Record<MeasuredEffect['metric'], number>> = {
  'net-hit-rate': 3,
  'ttft-ms': 0,
};

/**
 * The ledger that an app has saved, as text.
 * @returns undefined when it has saved none
 * @throws {SyntaxError} when what is saved is no JSON
 */
export async function readStatus(
  store: Pick<StateStore, 'read'>,
  { json }: { readonly json: boolean },
): Promise<string | undefined> {
  const text = await store.read('ledger');
  if (text === undefined) return undefined;
  const entries: readonly LedgerEntry[] = JSON.parse(text);
  return json
    ? `${JSON.stringify(entries, undefined, 2)}\n`
    : `${entries.flatMap(linesOf).join('\n')}\n`;
}

function linesOf(entry: LedgerEntry): readonly string[] {
  const head = `${entry.policy} (${entry.mode})`;
  if (entry.measuredBy === 'nothing') return [`${head}: not measured, ${entry.why}`];
  return [
    `${head}: by ${entry.measuredBy}`,
    ...entry.effects.map((effect) => `  ${effectText(effect, entry.unit)}`),
  ];
}

function effectText(effect: MeasuredEffect, unit: string): string {
  const { metric, without, low, high, verdict, units, stillNeeded } = effect;
  const show = (value: number | undefined): string => value?.toFixed(digits[metric]) ?? '–';
  const interval = low === undefined ? '' : `, difference ${show(low)} to ${show(high)} (95 %)`;
  const needs = stillNeeded === undefined ? '' : `, about ${stillNeeded} more ${unit}s needed`;
  const counts = `${units.without} and ${units.with} ${unit}s`;
  return `${metric}: ${verdict}, ${show(without)} without and ${show(effect.with)} with it${interval}, ${counts}${needs}`;
}
