import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';

const none = (): object => ({});

describe('the start of a graph', () => {
  it('finds out where a branch from the start without a path map leads', async () => {
    let target = 'b';
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', none)
      .addNode('b', none)
      .addNode('c', none)
      .addConditionalEdges(START, () => target)
      .compile();
    const attachment = attach(app, new RecordingHost());
    const starts = () =>
      attachment
        .topology()
        .edges.filter(({ from }) => from === 'START')
        .map(({ to }) => to);
    expect(starts()).toEqual([]);
    await app.invoke({ messages: [] });
    target = 'c';
    await app.invoke({ messages: [] });
    expect(starts()).toEqual(['b', 'c']);
  });
});
