import { ink, renderSvg } from '../report/svg-chart.ts';
import { isBeside } from './lab-policies.ts';
import type { ReplayRow } from './replay-document.ts';
import { rowName } from './replay-table.ts';

const size = { width: 900, height: 380 } as const;

/** Net hit rate over capacity, one curve per policy; bars where there is one capacity. */
export function capacityCurves(rows: readonly ReplayRow[]): string {
  const compared = rows.filter(({ kind }) => !isBeside(kind));
  const capacities = [...new Set(compared.map(({ capacity }) => capacity))].toSorted(
    (a, b) => a - b,
  );
  return capacities.length > 1 ? curves(compared) : bars(compared);
}

function curves(rows: readonly ReplayRow[]): string {
  const byPolicy = [...Map.groupBy(rows, rowName)];
  return renderSvg(
    {
      grid: { left: 56, right: 150, top: 24, bottom: 48 },
      xAxis: {
        type: 'value',
        name: 'capacity, share of the peak working set',
        nameLocation: 'middle',
        nameGap: 28,
        min: 0,
      },
      yAxis: {
        type: 'value',
        name: 'net hit rate, %',
        min: 0,
        splitLine: { lineStyle: { color: ink.line } },
      },
      series: byPolicy.map(([policy, own]) => ({
        type: 'line' as const,
        name: policy,
        lineStyle: lineOf(policy, own[0]?.kind),
        itemStyle: { color: lineOf(policy, own[0]?.kind).color },
        endLabel: { show: true, formatter: '{a}', color: ink.second },
        labelLayout: { moveOverlap: 'shiftY' as const },
        data: own
          .toSorted((a, b) => a.capacity - b.capacity)
          .map(({ capacity, netHitRate }) => [capacity, netHitRate.mean * 100]),
      })),
    },
    size,
  );
}

function bars(rows: readonly ReplayRow[]): string {
  const sorted = rows.toSorted((a, b) => a.netHitRate.mean - b.netHitRate.mean);
  return renderSvg(
    {
      grid: { left: 170, right: 60, top: 16, bottom: 40 },
      xAxis: {
        type: 'value',
        name: 'net hit rate, %',
        nameLocation: 'middle',
        nameGap: 26,
        min: 0,
      },
      yAxis: { type: 'category', data: sorted.map(rowName) },
      series: [
        {
          type: 'bar',
          label: { show: true, position: 'right', formatter: '{c}', color: ink.second },
          data: sorted.map(({ policy, kind, netHitRate }) => ({
            value: Number((netHitRate.mean * 100).toFixed(1)),
            itemStyle: { color: lineOf(policy, kind).color },
          })),
        },
      ],
    },
    { width: size.width, height: 60 + 22 * sorted.length },
  );
}

/** CacheSage in the strongest ink, rivals recede, what is not feasible online is dashed. */
function lineOf(
  policy: string,
  kind: ReplayRow['kind'] | undefined,
): { readonly color: string; readonly type: 'solid' | 'dashed'; readonly width: number } {
  if (policy === 'cachesage') return { color: ink.first, type: 'solid', width: 2.6 };
  if (kind === 'online' || kind === 'variant') return { color: ink.third, type: 'solid', width: 1 };
  return { color: ink.second, type: 'dashed', width: 1.4 };
}
