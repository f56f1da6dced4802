import type { Clock } from '@entresol/runtime-core';
import { createLogUpdate } from 'log-update';
import { speaksUtf8, toAscii } from './glyphs.ts';
import type { Palette } from './palette.ts';
import { finishedLine, liveLine, phaseLine, plainLine } from './progress-line.ts';
import type { ArmState, ProgressState } from './progress-state.ts';

/** Tells a person how a run goes. Never writes to stdout. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** A phase that is through and took this long. */
  phase(name: string, text: string, milliseconds: number): void;
  begin(workload: string, load: string, plannedArms: number): void;
  /** The newest state of an arm, by its name. */
  arm(state: ArmState): void;
  /** Every arm is through. */
  finish(): void;
  /** Leaves the terminal as it was, at any moment. Idempotent. */
  stop(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly palette: Palette;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const redrawEveryMs = 100;
const plainLineEveryMs = 10_000;

/** Redraws one line in place on a terminal; elsewhere one line per arm and one every ten seconds. */
export function createProgress(options: ProgressOptions): Progress {
  const { stream, palette, clock, environment } = options;
  const live = stream.isTTY && environment['TERM'] !== 'dumb';
  const draw = live ? createLogUpdate(stream) : undefined;
  const glyphs = speaksUtf8(environment) ? (text: string) => text : toAscii;
  let state: Omit<ProgressState, 'nowMs'> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const current = (): ProgressState | undefined =>
    state === undefined ? undefined : { ...state, nowMs: clock.now() };
  const repaint = () => {
    const now = current();
    if (now === undefined) return;
    if (draw === undefined) stream.write(`${plainLine(now, new Date())}\n`);
    else draw(glyphs(liveLine(now, palette)));
  };
  const say = (line: string) => {
    draw?.clear();
    stream.write(`${glyphs(line)}\n`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    state = undefined;
    draw?.clear();
    draw?.done();
  };
  return {
    say,
    stop,
    phase: (name, text, milliseconds) => say(phaseLine(name, text, milliseconds)),
    begin(workload, load, plannedArms) {
      state = { workload, load, plannedArms, arms: [], startedAtMs: clock.now() };
      timer = setInterval(repaint, live ? redrawEveryMs : plainLineEveryMs);
    },
    arm(next) {
      if (state === undefined) return;
      const before = state.arms.filter((arm) => arm.name !== next.name);
      state = { ...state, arms: [...before, next] };
      if (!live && next.finished) repaint();
    },
    finish() {
      const now = current();
      if (now !== undefined && live) say(finishedLine(now));
      stop();
    },
  };
}
