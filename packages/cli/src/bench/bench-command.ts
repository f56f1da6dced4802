import { engineSizing } from '../demo/sizing.ts';
import { usualPromptTokens } from '../trace-load/trace-task.ts';
import type { BenchPlan } from './bench-options.ts';

/** The command line that measures a plan again, complete: what shapes the figures is written out. */
export function benchCommand(plan: BenchPlan): string {
  const { graphs, traces, loads, arms, repeats, seed, memory, tierSpeed, sweep } = plan;
  const [first] = memory;
  const words = ['npm run -s bench:engine --'];
  if (traces === undefined) words.push(`--graph ${graphs.join()}`);
  else {
    words.push(`--traces ${traces.folder}`, `--workloads ${traces.workloads.join()}`);
    words.push(`--calls ${traces.calls}`);
    if (traces.promptTokens !== usualPromptTokens) {
      words.push(`--prompt-tokens ${traces.promptTokens}`);
    }
    if (traces.capacity !== undefined) words.push(`--capacity ${traces.capacity}`);
  }
  words.push(`--load ${loads.length > 1 ? 'both' : loads.join()}`, `--repeats ${repeats}`);
  if (plan.minutes !== undefined) words.push(`--minutes ${plan.minutes}`);
  words.push(`--arms ${arms.join()}`, `--seed ${seed}`);
  if (plan.sessions !== undefined) words.push(`--sessions ${plan.sessions}`);
  if (plan.concurrency !== undefined) words.push(`--concurrency ${plan.concurrency}`);
  if (sweep) words.push('--sweep');
  else if (first !== undefined) {
    words.push(`--slots ${first.slots}`);
    if (traces?.capacity === undefined) words.push(`--tier-mib ${first.tierBytes / 2 ** 20}`);
  }
  if (tierSpeed === 'auto-8b') words.push('--tier-mbps auto-8b');
  else if (tierSpeed !== 'full') words.push(`--tier-mbps ${tierSpeed.bytesPerSecond / 1e6}`);
  if (plan.modelPath !== undefined) words.push(`--model ${JSON.stringify(plan.modelPath)}`);
  if (plan.contextTokens !== engineSizing.contextTokens) {
    words.push(`--context-tokens ${plan.contextTokens}`);
  }
  if (plan.randomModel !== undefined) words.push(`--random-model ${plan.randomModel}`);
  if (plan.gpu !== undefined) words.push(`--gpu ${plan.gpu}`);
  if (plan.director !== 'script') words.push(`--director ${plan.director}`);
  if (plan.prior) words.push('--prior');
  return [...words, '--json'].join(' ');
}
