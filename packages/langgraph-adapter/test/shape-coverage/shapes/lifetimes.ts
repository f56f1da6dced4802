import { MemorySaver, START } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

function chain(
  stage: Stage,
  names: readonly string[],
  name: string,
  checkpointer?: BaseCheckpointSaver,
) {
  const model = stage.model();
  const graph = messageGraph().addNode(
    names.map((node): [string, ReturnType<typeof ask>] => [node, ask(model, node)]),
  );
  for (const [at, node] of names.entries()) graph.addEdge(names[at - 1] ?? START, node);
  return graph.compile({ name, ...(checkpointer === undefined ? {} : { checkpointer }) });
}

export const lifetimes: readonly Shape[] = [
  {
    name: 'several graphs at once',
    run: async (stage) => {
      const one = stage.show(chain(stage, ['a'], 'one'));
      const two = stage.show(chain(stage, ['b'], 'two'));
      return Promise.all([
        one.invoke(noMessages, onThread()),
        two.invoke(noMessages, onThread('U')),
      ]);
    },
    dispatches: ['a', 'b'],
    calls: ['a: a', 'b: b @U'],
    sessions: ['start T', 'start U', 'pause T', 'pause U'],
  },
  {
    name: 'a graph and one inside it, both attached',
    run: async (stage) => {
      const inner = stage.show(chain(stage, ['in'], 'inner'));
      const outer = messageGraph()
        .addNode('sub', inner)
        .addEdge(START, 'sub')
        .compile({ name: 'outer' });
      return stage.show(outer).invoke(noMessages, onThread());
    },
    dispatches: ['sub', 'sub/in in sub'],
    calls: ['in: sub/in'],
    note: 'The run belongs to the outer one.',
  },
  {
    name: 'a graph compiled anew for every request',
    run: async (stage) => {
      const checkpointer = new MemorySaver();
      const first = stage.show(chain(stage, ['a'], 'desk', checkpointer));
      await first.invoke(noMessages, onThread());
      const second = stage.show(chain(stage, ['a'], 'desk', checkpointer));
      return second.invoke(noMessages, onThread());
    },
    dispatches: ['a', 'a#2'],
    calls: ['a: a', 'a: a <- a'],
    sessions: ['start T', 'pause T', 'pause T'],
    note: 'One workload: the second request follows the first one’s last call, and no graph is held.',
  },
  {
    name: 'hot reload: a changed graph under the same name',
    run: async (stage) => {
      const before = stage.show(chain(stage, ['a'], 'desk'));
      await before.invoke(noMessages, onThread('T'));
      stage.hide(before);
      const after = stage.show(chain(stage, ['a', 'b'], 'desk'));
      return after.invoke(noMessages, onThread('U'));
    },
    dispatches: ['a', 'a#2', 'b <- a#2'],
    calls: ['a: a', 'a: a @U', 'b: b @U <- a'],
    sessions: ['start T', 'pause T', 'start U', 'pause U'],
    note: 'Another topology is another workload: its id is the name and a hash. An `id` given by hand stays with its first topology.',
  },
];
