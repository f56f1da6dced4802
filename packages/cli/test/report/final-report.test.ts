import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderFinalReport } from '../../src/report/final-report.ts';
import type { ArmsReport, ReportDocument } from '../../src/report/report-document.ts';
import { createPalette } from '../../src/terminal/palette.ts';
import { armResult, cachesageArm, fairArm, unmodifiedArm, workload } from '../request-records.ts';

const allArms: ArmsReport = { unmodified: unmodifiedArm, fair: fairArm, cachesage: cachesageArm };

function render(
  arms: ArmsReport,
  given: { columns?: number; colour?: boolean; again?: string } = {},
): string {
  const document: ReportDocument = {
    engine: armResult().engine,
    machine: { cpu: 'a CPU', cores: 2, commit: null },
    workloads: [workload(arms)],
  };
  return renderFinalReport(document, {
    columns: given.columns ?? 120,
    palette: createPalette(given.colour ?? false),
    quick: false,
    prompts: { equal: true, differing: { fair: 0, cachesage: 0 } },
    again: given.again ?? 'npm start -- --seed 7',
  });
}

describe('the final report', () => {
  test('is a verdict, every arm, the differences and what they rest on', () => {
    expect(render(allArms)).toMatchInlineSnapshot(`
      "CacheSage beat unmodified (net hit 66 % against 15 %, mean TTFT −54 %) and
      beat fair (net hit 66 % against 60 %, mean TTFT −15 %). One run: up to 1 point
      and 5 % counts as level.

      support-desk, saturated load: 9 sessions, 214 requests, 9 agents
        arm             net hit  TTFT ms     p50     p95   queue prefill out tok/s
        unmodified         15 %    3,440   3,310   6,020   2,180   1,260      31.2
        fair               60 %    1,880   1,720   4,410   1,190     690      38.9
        cachesage          66 %    1,590   1,430   4,580   1,000     590      41.6
         vs unmodified  +51 pts    −54 %   −57 %   −24 %   −54 %   −53 %     +33 %
         vs fair         +6 pts    −15 %   −17 %   !+4 %   −16 %   −14 %      +7 %
        vs        cachesage against that arm; ! marks where it is worse
        fair      same slots and second tier, least recently used goes first, no
                  prediction
        computed  of 10.0 k tok in prompts: unmodified 8,500 tok, fair 4,000 tok,
                  cachesage 3,400 tok
        prefetch  ▲ 9 of 12 used  △ wasted 1,131 tok, 33 % of prefill, charged above
        predicted 68 % of 190 next agents, missed 32 %; Brier 0.412
        learned   5.1 KB of state
        headroom  an infinite cache would hit 71 points more than unmodified
        prompts   byte for byte the same in all arms
        engine    llama.cpp, random-49m, random weights: the text is noise, the
                  compute is real, 4 slots of 4096 tok, second tier 50.3 MB

        again     npm start -- --seed 7"
    `);
  });

  test.each([50, 60, 69, 70, 78, 200])('fits %d columns', (columns) => {
    for (const line of render(allArms, { columns }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(Math.min(78, columns));
    }
  });

  test('keeps arm, hit rate, TTFT and p95 where it is narrow', () => {
    const head = render(allArms, { columns: 60 })
      .split('\n')
      .find((line) => line.startsWith('  arm'));
    expect(head?.split(/\s{2,}/u).filter(Boolean)).toEqual(['arm', 'net hit', 'TTFT ms', 'p95']);
  });

  test('is one line per arm where it is tiny', () => {
    expect(render(allArms, { columns: 40 })).toContain('cachesage 66 % net hit, 1,590 ms\n');
  });

  test('marks every figure in which cachesage is worse, and no other', () => {
    const worse = render({ unmodified: cachesageArm, cachesage: fairArm });
    const row = worse.split('\n').find((line) => line.includes('vs unmodified'));
    expect(row?.match(/!/gu)).toHaveLength(6);
    expect(row).toMatch(/ −4 %/u);
  });

  test('paints without moving a column', () => {
    const painted = render(allArms, { colour: true });
    expect(painted).not.toBe(render(allArms));
    expect(stripVTControlCharacters(painted)).toBe(render(allArms));
  });

  test('breaks the command to run again only where a shell can read on', () => {
    const again = `npm start -- --sessions 9 --seed 7 --model "/models/${'m'.repeat(20)} q4.gguf"`;
    const printed = render(allArms, { columns: 60, again }).split('  again     ')[1];
    expect(printed).toContain('\\\n');
    expect(printed?.replaceAll(/ \\\n +/gu, ' ')).toBe(again);
  });

  test('says unknown where a server gave no figure', () => {
    const arm = {
      ...unmodifiedArm,
      netHitRate: null,
      ttftMs: { ...unmodifiedArm.ttftMs, queueMean: null },
    };
    const row = render({ unmodified: arm })
      .split('\n')
      .find((line) => line.startsWith('  unmodified'));
    expect(row?.match(/ unknown/gu)).toHaveLength(2);
  });
});
