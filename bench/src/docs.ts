import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type {
  BenchDocument,
  PolicyRow,
  ReplayDocument,
  ReportDocument,
} from '@entresol/cli/report';
import { capacityCurves, replaceMarked } from '@entresol/cli/report';
import { engineSection } from './docs/engine-section.ts';
import { forestPlot } from './docs/forest-plot.ts';
import { inShort } from './docs/in-short.ts';
import type { TitledBenchmark } from './docs/in-short.ts';
import { policiesSection } from './docs/policies-section.ts';
import { readmeBlock } from './docs/readme-block.ts';
import { replaySection } from './docs/replay-section.ts';
import { sweepPlot } from './docs/sweep-plot.ts';
import { trialsSection } from './docs/trials-section.ts';
import type { TrialDocument } from './trials/trial-document.ts';

/**
 * Writes the generated parts of README.md, docs/benchmarks.md and docs/policies/measured.md, and the pictures, from the JSON in docs/benchmarks.
 * With `--check` it only compares and fails where a figure differs.
 */
const root = new URL('../../', import.meta.url);
const folder = 'docs/benchmarks';

/** What the page shows, in order, with its name in the first table; a benchmark without its JSON is left out. */
const benchmarks = [
  { name: 'engine', short: 'research-crew', title: 'Research crew: paired repeats' },
  { name: 'code-helper', short: 'code-helper', title: 'Code helper: paired repeats' },
  {
    name: 'market-brief',
    short: 'market-brief (Mastra)',
    title: 'Market brief, a Mastra workflow: paired repeats',
  },
  {
    name: 'concierge',
    short: 'concierge (Mastra)',
    title: 'Concierge, a Mastra supervisor: paired repeats',
  },
  {
    name: 'light',
    short: 'research-crew, light load',
    title: 'Light load, with prefetch and without',
  },
  {
    name: 'slow-tier',
    short: 'research-crew, slow second tier',
    title: 'A second tier as slow as that of an 8 B model on one GPU',
  },
  { name: 'sweep', short: 'research-crew', title: 'From too few slots to enough' },
  { name: 'real-model', short: 'research-crew, real 135 M model', title: 'A real small model' },
  { name: 'traces', short: 'recorded', title: 'Recorded workloads on the embedded engine' },
  {
    name: 'traces-marble',
    short: 'marble_research, recorded',
    title: 'The fifth recorded workload on the embedded engine',
  },
  {
    name: 'again-captain_ww',
    short: 'captain_ww, another machine',
    title: 'captain_ww on another machine',
  },
  {
    name: 'again-magentic_ww',
    short: 'magentic_ww, another machine',
    title: 'magentic_ww on another machine',
  },
  {
    name: 'again-mad_debate',
    short: 'mad_debate, another machine',
    title: 'mad_debate on another machine',
  },
  { name: 'again-chatdev', short: 'chatdev, another machine', title: 'chatdev on another machine' },
  {
    name: 'again-marble_research',
    short: 'marble_research, another machine',
    title: 'marble_research on another machine',
  },
  { name: 'gpu', short: 'recorded, one GPU, 1 B model', title: 'On one GPU, with a 1 B model' },
] as const;

const wanted = new Map<string, string>();
const sections: string[] = [];
const measured: TitledBenchmark[] = [];
for (const { name, short, title } of benchmarks) {
  const path = `${folder}/${name}.json`;
  if (!existsSync(new URL(path, root))) continue;
  const document: BenchDocument = JSON.parse(read(path));
  wanted.set(`${folder}/${name}.svg`, document.sweep ? sweepPlot(document) : forestPlot(document));
  measured.push({ title, short, document });
  const links = { picture: `benchmarks/${name}.svg`, source: `benchmarks/${name}.json` };
  sections.push(...engineSection(document, { title, ...links }));
}
const demo: ReportDocument = JSON.parse(read(`${folder}/demo.json`));
mark('docs/benchmarks.md', 'benchmarks', sections.join('\n'));
let replay: ReplayDocument | undefined;
if (existsSync(new URL(`${folder}/replay.json`, root))) {
  const document: ReplayDocument = JSON.parse(read(`${folder}/replay.json`));
  replay = document;
  for (const { name } of document.workloads) {
    const rows = document.rows.filter((row) => row.workload === name && row.hostTier === 0);
    wanted.set(`${folder}/replay-${name}.svg`, capacityCurves(rows));
  }
  mark('docs/benchmarks.md', 'replay', replaySection(document).join('\n'));
}
if (existsSync(new URL(`${folder}/trials.json`, root))) {
  const document: TrialDocument = JSON.parse(read(`${folder}/trials.json`));
  mark('docs/benchmarks.md', 'trials', trialsSection(document).join('\n'));
}
mark('docs/benchmarks.md', 'in short', inShort(measured, replay).join('\n'));
if (existsSync(new URL(`${folder}/policies.json`, root))) {
  const rows: readonly PolicyRow[] = JSON.parse(read(`${folder}/policies.json`));
  mark('docs/policies/measured.md', 'measured', policiesSection(rows).join('\n'));
}
mark('README.md', 'measured', readmeBlock(demo));

const stale = [...wanted].filter(([path, text]) => !isCurrent(path, text)).map(([path]) => path);
if (!process.argv.includes('--check')) {
  for (const [path, text] of wanted) writeFileSync(new URL(path, root), text);
} else if (stale.length > 0) {
  process.stderr.write(
    `${stale.join(', ')}: not what the JSON in ${folder} says. Run \`npm run bench:docs\`.\n`,
  );
  process.exitCode = 1;
}

function mark(page: string, name: string, generated: string): void {
  wanted.set(page, replaceMarked(wanted.get(page) ?? read(page), generated, { page, mark: name }));
}

function isCurrent(path: string, text: string): boolean {
  return existsSync(new URL(path, root)) && read(path) === text;
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
