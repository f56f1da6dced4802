import type {
  EffectMetric,
  EngineMissing,
  LedgerEntry,
  MeasuredEffect,
  ModelledCost,
  ModelledEffect,
  StateStore,
} from '@entresol/runtime-core';

const digits: Readonly<Record<EffectMetric, number>> = {
  'net-hit-rate': 3,
  'ttft-ms': 0,
  'tool-ms': 0,
};

/**
 * The ledger that an app has saved, as text.
 * @returns undefined when it has saved none
 * @throws {SyntaxError} when what is saved is no JSON, {TypeError} when it is no ledger
 */
export async function readStatus(
  store: Pick<StateStore, 'read'>,
  { json }: { readonly json: boolean },
): Promise<string | undefined> {
  const text = await store.read('ledger');
  if (text === undefined) return undefined;
  const saved: { readonly entries?: readonly LedgerEntry[] } | null = JSON.parse(text);
  const entries = saved?.entries;
  if (!Array.isArray(entries)) throw new TypeError('what is saved as the ledger is none');
  return json
    ? `${JSON.stringify(entries, undefined, 2)}\n`
    : `${entries.flatMap(linesOf).join('\n')}\n`;
}

function linesOf({
  policy,
  mode,
  measured,
  modelled,
  missing = [],
}: LedgerEntry): readonly string[] {
  const head = `${policy} (${mode})`;
  const reckoned = [
    ...modelled.map((effect) => `  modelled, ${modelledText(effect)}`),
    ...missing.map((one) => `  ${missingText(one)}`),
  ];
  if (measured.by === 'nothing') return [`${head}: not measured, ${measured.why}`, ...reckoned];
  const { by, unit, effects, endpoints = {} } = measured;
  const lines = (of: readonly MeasuredEffect[], where: string): readonly string[] =>
    of.map((effect) => `  measured${where}, ${effectText(effect, unit)}`);
  return [
    `${head}: by ${by}`,
    ...lines(effects, ''),
    ...Object.entries(endpoints).flatMap(([endpoint, of]) => lines(of, ` on ${endpoint}`)),
    ...reckoned,
  ];
}

function missingText({ endpoint, effect, tries }: EngineMissing): string {
  const why = tries === 0 ? 'the server was not started for it' : `not seen in ${tries} tries`;
  return `${endpoint}: ${effect} is not sought, ${why}`;
}

function effectText(effect: MeasuredEffect, unit: string): string {
  const { metric, without, low, high, verdict, units, stillNeeded } = effect;
  const show = (value: number | undefined): string => value?.toFixed(digits[metric]) ?? '–';
  const interval = low === undefined ? '' : `, difference ${show(low)} to ${show(high)} (95 %)`;
  const rarer = units.without <= units.with ? 'without' : 'with';
  const needs =
    stillNeeded === undefined ? '' : `, about ${stillNeeded} more ${unit}s ${rarer} it needed`;
  const counts = `${units.without} and ${units.with} ${unit}s`;
  return `${metric}: ${verdict}, ${show(without)} without and ${show(effect.with)} with it${interval}, ${counts}${needs}`;
}

function modelledText({
  act,
  endpoint,
  carriedOut,
  acts,
  resolved,
  saved,
  spent,
}: ModelledEffect): string {
  const where = endpoint === undefined ? '' : ` on ${endpoint}`;
  const how = carriedOut === 'yes' ? '' : ' (not carried out)';
  const shown = `${act}${where}${how}: ${acts} acts, ${resolved} shown by calls`;
  return `${shown}, saved ${costText(saved)}, spent ${costText(spent)}`;
}

function costText({ tokens, ms, usd }: ModelledCost): string {
  const money = usd === undefined ? '' : ` and $${usd.toFixed(4)}`;
  return `${Math.round(tokens)} tokens, ${Math.round(ms)} ms${money}`;
}
