import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Three sessions of two agents whose conversations grow; written by hand in the format of docs/replay/traces.md. */
export async function writeSmallTrace(lines: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'entresol-replay-'));
  const path = join(folder, 'small.jsonl');
  const header = {
    header: true,
    workload: 'small',
    source: 'made by hand',
    declared_topology: {
      edges: [
        ['ask', 'answer'],
        ['answer', 'ask'],
      ],
    },
  };
  const calls = ['s1', 's2', 's3'].flatMap((session) =>
    Array.from({ length: 6 }, (_, step) => {
      const earlier = 96 * Math.floor(step / 2);
      return {
        workload: 'small',
        session,
        step,
        agent: step % 2 === 0 ? 'ask' : 'answer',
        role_prompt_tokens: 160,
        context_tokens: earlier + 64,
        output_tokens: 32,
        lcp_tokens: earlier,
        next: step === 5 ? 'END' : step % 2 === 0 ? 'answer' : 'ask',
      };
    }),
  );
  const text = [header, ...calls]
    .map((line) => JSON.stringify(line))
    .concat(lines)
    .join('\n');
  await writeFile(path, `${text}\n`);
  return path;
}
