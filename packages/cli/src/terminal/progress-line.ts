import { formatElapsed, formatRate } from '../report/number-format.ts';
import type { Palette } from './palette.ts';
import { shareDone } from './progress-state.ts';
import type { ArmState, ProgressState } from './progress-state.ts';

const barCells = 12;
const elapsedEndsAt = 74;

/** The line that is redrawn while arms run: bar, arm, agent, hit rate, time. */
export function liveLine(state: ProgressState, palette: Palette): string {
  const done = shareDone(state);
  const filled = Math.floor(done * barCells);
  const bar = palette.hit('■'.repeat(filled)) + palette.dim('□'.repeat(barCells - filled));
  const arm = state.arms.at(-1);
  const details = [formatRate(done), arm?.name, arm?.agent, hitOf(arm)].filter(
    (part) => part !== undefined,
  );
  const label = `${state.workload}, ${state.load}`;
  return `  ${label}  ${bar}  ${details.join('  ')}  ${elapsed(state)}`;
}

/** What stays when every arm is through. */
export function finishedLine(state: ProgressState): string {
  const arms = state.arms.map((arm) => `${arm.name} ${hitRateOf(arm)}`);
  const text = `✓ ${state.workload}, ${state.load}  ${arms.join('  ')}`;
  return `${text.padEnd(elapsedEndsAt - 4)}  ${elapsed(state)}`;
}

/** What stays of a phase that is not an arm. */
export function phaseLine(phase: string, text: string, milliseconds: number): string {
  return `${`✓ ${phase}  ${text}`.padEnd(elapsedEndsAt - 4)}  ${formatElapsed(milliseconds)}`;
}

/** One line of a log: `12:41:07 support-desk/saturated cachesage 71% agent=orders hit=64% t=31s`. */
export function plainLine(state: ProgressState, wallTime: Date): string {
  const arm = state.arms.at(-1);
  const seconds = Math.floor((state.nowMs - state.startedAtMs) / 1000);
  const words = [
    wallTime.toTimeString().slice(0, 8),
    `${state.workload}/${state.load}`,
    arm?.name ?? 'waiting',
    `${Math.floor((arm?.finished === true ? 1 : (arm?.done ?? 0)) * 100)}%`,
  ];
  if (arm?.agent !== undefined) words.push(`agent=${arm.agent}`);
  if (arm?.hitRate !== undefined) words.push(`hit=${Math.round(arm.hitRate * 100)}%`);
  return `${words.join(' ')} t=${seconds}s`;
}

function hitOf(arm: ArmState | undefined): string | undefined {
  return arm?.hitRate === undefined ? undefined : `hit ${formatRate(arm.hitRate)}`;
}

function hitRateOf(arm: ArmState): string {
  return arm.hitRate === undefined ? 'done' : formatRate(arm.hitRate);
}

function elapsed(state: ProgressState): string {
  return formatElapsed(state.nowMs - state.startedAtMs);
}
