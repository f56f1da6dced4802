import { execFile } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';
import type { MachineReport } from '../report/report-document.ts';

/** The full hash, with `-dirty` where files were changed after it. */
const describeCommit = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];

/** What the figures were measured on. */
export async function describeMachine(): Promise<MachineReport> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    commit: await currentCommit(),
  };
}

/** Null outside a checkout, or where there is no git. */
async function currentCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', describeCommit, {
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  } catch {
    return null;
  }
}
