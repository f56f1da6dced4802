import { Command, InvalidArgumentError, Option } from 'commander';
import { nameList, wholeNumber } from '../flag-values.ts';
import { ablationList, prefetchingAblation } from './ablation.ts';
import {
  inModes,
  mainPolicies,
  orderingKeys,
  prefetchKeys,
  namedPolicies,
} from './lab-policies.ts';
import { prefetchFrom } from './lab-policy.ts';
import type { RetentionMode } from './lab-policy.ts';
import type { ReplayOptions } from './replay-options.ts';

const defaults = { capacity: 0.3, concurrency: 8, seeds: 3 } as const;

interface Given {
  readonly capacity: readonly number[];
  readonly capacityTokens?: number;
  readonly hostTier: number;
  readonly concurrency: number;
  readonly seeds: number;
  readonly policies: readonly string[];
  readonly mode: readonly RetentionMode[];
  readonly ablations?: readonly string[];
  readonly order?: true;
  readonly prefetch: 'on' | 'off';
  readonly rolePerTask?: true;
  readonly skipBadLines?: true;
  readonly json?: true;
  readonly color: boolean;
  readonly html?: string;
}

/** `entresol replay` and its flags. */
export function replayCommand(accept: (options: ReplayOptions) => void): Command {
  return new Command('replay')
    .description(
      'Plays recorded traces against a model of a prefix-caching engine: what each policy would have hit at this cache size, and what was possible.',
    )
    .argument(
      '<trace...>',
      'JSONL traces: of `entresol record`, or in the format of docs/replay/traces.md',
    )
    .option(
      '--capacity <shares>',
      'cache sizes as shares of the peak live working set, separated by commas',
      shares,
      [defaults.capacity],
    )
    .addOption(
      new Option('--capacity-tokens <n>', 'one cache size in tokens')
        .argParser(wholeNumber(16, 1e9))
        .conflicts('capacity'),
    )
    .addOption(
      new Option(
        '--host-tier <ratio>',
        'a host tier behind the cache, of so many times its room: what the cache gives up is there, and is loaded instead of computed',
      )
        .argParser(tierRatio)
        .default(0, 'none')
        .conflicts('prefetch'),
    )
    .option(
      '--concurrency <n>',
      'sessions open at once',
      wholeNumber(1, 4096),
      defaults.concurrency,
    )
    .option(
      '--seeds <n>',
      'interleavings, each with a seed of its own',
      wholeNumber(1, 1000),
      defaults.seeds,
    )
    .addOption(
      new Option('--policies <list>', '`all`, or names separated by commas')
        .argParser(policyList)
        .default(mainPolicies, mainPolicies.join(',')),
    )
    .addOption(
      new Option(
        '--mode <list>',
        'how the engine hears of cachesage: ranked (it asks), touch (its own LRU; what is to stay is sent again)',
      )
        .argParser(nameList('a mode', ['ranked', 'touch']))
        .default(['ranked'], 'ranked'),
    )
    .addOption(
      new Option(
        '--ablations [parts]',
        'also cachesage with one part of its estimator left out each: all, or the parts named, separated by commas; parts joined by + are left out together; with --prefetch on, each also prefetching',
      )
        .argParser(ablationList)
        .preset('all'),
    )
    .option(
      '--order',
      'also: longest cached prefix first among waiting calls, under several bounds, and what it costs in waiting',
    )
    .addOption(
      new Option(
        '--prefetch <on|off>',
        `also: what computing the next agent's known prompt ahead brings and costs, from probability ${prefetchFrom}`,
      )
        .choices(['on', 'off'])
        .default('off'),
    )
    .option(
      '--role-per-task',
      'a role prefix belongs to agent and task (what follows the last `-` of the session)',
    )
    .option('--skip-bad-lines', 'play the sound part of a damaged trace')
    .option('--json', 'one JSON document on stdout, everything else on stderr')
    .option('--html <file>', 'also write the report as one page with curves')
    .option('--no-color', 'plain text')
    .addHelpText(
      'after',
      `\nPolicies: ${namedPolicies.join(', ')}.\nHit rates differ by seed only through the interleaving: intervals are over those.`,
    )
    .action((traces: readonly string[], given: Given) => accept(resolve(traces, given)));
}

function resolve(traces: readonly string[], given: Given): ReplayOptions {
  const { capacity, capacityTokens, html } = given;
  const order = given.order === true;
  const ablations = given.ablations ?? [];
  const prefetch = given.prefetch === 'on';
  return {
    traces: [...new Set(traces)],
    capacity:
      capacityTokens === undefined
        ? { kind: 'shares', shares: capacity }
        : { kind: 'tokens', tokens: capacityTokens },
    hostTier: given.hostTier,
    concurrency: given.concurrency,
    seeds: given.seeds,
    policies: [
      ...inModes(given.policies, given.mode),
      ...(order ? orderingKeys : []),
      ...(prefetch ? prefetchKeys : []),
      ...ablations,
      ...(prefetch ? ablations.map(prefetchingAblation) : []),
    ],
    modes: given.mode,
    ablations,
    order,
    prefetch,
    roles: given.rolePerTask === true ? 'agent-and-task' : 'agent',
    skipBadLines: given.skipBadLines === true,
    json: given.json === true,
    color: given.color,
    ...(html === undefined ? {} : { html }),
  };
}

function tierRatio(text: string): number {
  const ratio = Number(text);
  if (text.trim() === '' || !(ratio > 0 && ratio <= 100)) {
    throw new InvalidArgumentError(
      `"${text}" is no ratio of host tier to cache; give a number above 0 and up to 100, or leave the flag out for none.`,
    );
  }
  return ratio;
}

function shares(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const share = Number(part);
    if (part.trim() === '' || !(share > 0 && share <= 10)) {
      throw new InvalidArgumentError(
        `"${part}" is no share of the working set; give numbers above 0 and up to 10.`,
      );
    }
    return share;
  });
}

const named = nameList('a policy', namedPolicies);

/** Differences are to `lru`, so it is always there. */
function policyList(text: string): readonly string[] {
  if (text === 'all') return namedPolicies;
  return [...new Set(['lru', ...named(text)])];
}
