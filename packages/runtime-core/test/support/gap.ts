import type { RuntimeEvent } from '../../src/index.ts';
import { chat, type Setting } from './setting.ts';

/** `billing` is known, `triage` was last in session `s`, and a tool begins. */
export async function prefetchInGap({ runtime, ask, events }: Setting): Promise<void> {
  await ask(chat('billing', 'other', ['hello']));
  await ask(chat('triage', 's', ['hello']));
  const start = events.findLast(({ type }) => type === 'call-start');
  if (start?.type !== 'call-start') throw new TypeError('no call began');
  const { dispatch } = start;
  const tool: RuntimeEvent = {
    type: 'tool-start',
    atMs: runtime.clock.now(),
    workload: 'workload',
    session: 's',
    tool: 'look up',
    dispatch,
  };
  runtime.observe(tool);
}
