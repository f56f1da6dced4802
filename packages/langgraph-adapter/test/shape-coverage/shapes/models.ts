import { HumanMessage } from '@langchain/core/messages';
import { START } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

type Node = () => Promise<object>;

async function sideBySide(stage: Stage, nodes: Readonly<Record<string, Node>>) {
  const graph = messageGraph().addNode(Object.entries(nodes));
  for (const name of Object.keys(nodes)) graph.addEdge(START, name);
  return stage.show(graph.compile()).invoke(noMessages, onThread());
}

const three = ['a', 'b', 'c'];

export const models: readonly Shape[] = [
  ...[false, true].map((streams): Shape => ({
    name: `parallel nodes and a model’s \`maxConcurrency\`${streams ? ', streaming' : ''}`,
    run: async (stage) => {
      const model = stage.model({ maxConcurrency: 1 });
      const node =
        (name: string): Node =>
        async () => {
          if (!streams) return { messages: [await model.invoke(`from ${name}`)] };
          let text = '';
          for await (const chunk of await model.stream(`from ${name}`)) text += chunk.text;
          return { messages: [text] };
        };
      return sideBySide(stage, { a: node('a'), b: node('b'), c: node('c') });
    },
    dispatches: three,
    calls: three.map((name) => `from ${name}: ${name}`),
  })),
  {
    name: 'identical prompts side by side',
    run: async (stage) => {
      const node = ask(stage.model({ maxConcurrency: 1 }), 'same');
      return sideBySide(stage, { a: node, b: node, c: node });
    },
    dispatches: three,
    calls: three.map((name) => `same: ${name}`),
    note: 'Each request has one of the nodes as owner; which one does not matter, they are equal.',
  },
  {
    name: 'prompts that differ in an image only',
    run: async (stage) => {
      const model = stage.model({ maxConcurrency: 1 });
      const node =
        (url: string): Node =>
        async () => {
          const content = [{ type: 'image_url', image_url: { url } }];
          return { messages: [await model.invoke([new HumanMessage({ content })])] };
        };
      return sideBySide(stage, {
        a: node('data:image/png;base64,AAAA'),
        b: node('data:image/png;base64,BBBB'),
        c: node('https://images.invalid/c.png'),
      });
    },
    dispatches: three,
    calls: [
      'data:image/png;base64,AAAA: a',
      'data:image/png;base64,BBBB: b',
      'https://images.invalid/c.png: c',
    ],
  },
  {
    name: 'HTTP retries (500, 500, 200)',
    run: async (stage) => {
      let asked = 0;
      stage.script = (_body, prompt) => {
        asked += 1;
        return asked < 3 ? { status: 500 } : { text: `re ${prompt}` };
      };
      return sideBySide(stage, { a: ask(stage.model({ maxRetries: 2 }), 'again') });
    },
    dispatches: ['a'],
    calls: ['again: a x1,2,3'],
  },
  {
    name: 'two models on two engines',
    run: async (stage) => {
      const app = messageGraph()
        .addNode('a', ask(stage.model(), 'a'))
        .addNode('b', ask(stage.model({}, 'other'), 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'b <- a'],
    calls: ['a: a', 'b: b <- a'],
  },
  ...[false, true].map((streams): Shape => ({
    name: `Responses API${streams ? ', streaming' : ''}`,
    run: async (stage) => {
      const model = stage.model({ useResponsesApi: true, streaming: false });
      const node: Node = async () => {
        if (!streams) return { messages: [await model.invoke('a')] };
        let text = '';
        for await (const chunk of await model.stream('a')) text += chunk.text;
        return { messages: [text] };
      };
      return sideBySide(stage, { a: node });
    },
    dispatches: ['a'],
    calls: ['a: a'],
  })),
];
