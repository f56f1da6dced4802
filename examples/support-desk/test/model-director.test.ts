import { AIMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { modelDirector } from '../src/index.ts';
import type { DeskMoment } from '../src/index.ts';
import { tryDesk } from './desk-run.ts';
import type { Answer, RecordedCall } from './recording-engine.ts';

const moment: DeskMoment = { session: 's', agent: 'triage', turn: 1, step: 1, round: 1 };

/** A model that does as its role says: orders first, one tool, and a reviewer who objects once. */
function dutiful({ agent, request }: RecordedCall): Answer {
  const last = String(request.messages.at(-1)?.content);
  const asked = request.messages.findLastIndex(
    ({ role, content }) => role === 'user' && !String(content).startsWith('Desk: '),
  );
  const since = request.messages.slice(asked);
  const reported = since.some(({ content }) => String(content).startsWith('[orders]'));
  if (agent === 'triage') return { text: `ROUTE: ${reported ? 'reply' : 'orders'}` };
  if (agent === 'orders') {
    return since.some(({ role }) => role === 'tool')
      ? { text: 'The parcel has left.' }
      : { text: '', toolCall: { name: 'track_shipment', args: { order_id: 'SO-4000' } } };
  }
  if (agent === 'reply/review') {
    return { text: last.includes('second') ? 'APPROVE' : 'REVISE: say it is the second letter.' };
  }
  return { text: last.includes('Reviewer:') ? 'The second letter.' : 'The first letter.' };
}

describe('modelDirector', () => {
  it('lets the model route, ask for tools, write and review', async () => {
    const { engine, run, app } = await tryDesk({
      seed: 2,
      sessions: 1,
      director: modelDirector(),
      answer: dutiful,
    });
    expect(run.failures).toEqual([]);
    expect(engine.calls.slice(0, 8).map(({ agent }) => agent)).toEqual([
      'triage',
      'orders',
      'orders',
      'triage',
      'reply/draft',
      'reply/review',
      'reply/draft',
      'reply/review',
    ]);
    const state = await app.getState({ configurable: { thread_id: 'desk-0001' } });
    const messages: readonly { type: string; text: string }[] = state.values.messages;
    expect(messages.slice(1, 5).map(({ type }) => type)).toEqual(['ai', 'tool', 'ai', 'ai']);
    expect(JSON.parse(messages[2]?.text ?? '')).toMatchObject({ order_id: 'SO-4000' });
    expect(messages[3]?.text).toBe('[orders] The parcel has left.');
    expect(messages[4]?.text).toBe('The second letter.');
  });

  it('stops after two rounds of tools, three departments and two drafts of a model that never ends', async () => {
    const { engine, run } = await tryDesk({
      seed: 2,
      sessions: 1,
      director: modelDirector(),
      answer: ({ agent }) => ({
        text: 'ROUTE: returns. REVISE: again.',
        ...(agent === 'returns' && {
          toolCall: { name: 'check_return_window', args: { order_id: 'SO-4001' } },
        }),
      }),
    });
    expect(run.failures).toEqual([]);
    const department = ['triage', 'returns', 'returns', 'returns'];
    const draft = ['reply/draft', 'reply/review'];
    expect(engine.calls.slice(0, 17).map(({ agent }) => agent)).toEqual([
      ...department,
      ...department,
      ...department,
      'triage',
      ...draft,
      ...draft,
    ]);
  });

  it('answers the customer when a reply names no route or an unknown one', () => {
    const director = modelDirector();
    for (const text of ['', 'I would say billing', 'ROUTE: sales']) {
      expect(director.route(moment, new AIMessage(text), undefined)).toBe('reply');
    }
    expect(director.route(moment, new AIMessage('Sure. route: Billing'), undefined)).toBe(
      'billing',
    );
  });

  it('keeps long replies short, as they stay in every later prompt', () => {
    const text = modelDirector().write(moment, new AIMessage('word '.repeat(1_000)));
    expect(text.length).toBeLessThanOrEqual(480);
    expect(text.endsWith('word…')).toBe(true);
  });
});
