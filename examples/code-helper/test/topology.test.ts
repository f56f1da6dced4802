import { StateGraph } from '@langchain/langgraph';
import { createChatModel } from '@entresol/example-load';
import { expect, it } from 'vitest';
import { handoffs, helperAgents } from '../src/agents.ts';
import { createCodeHelper } from '../src/code-helper.ts';
import { modelDirector } from '../src/director.ts';
import { createHelperTools } from '../src/tools.ts';

it('declares every agent and every handoff in the compiled graph', () => {
  const app = createCodeHelper({
    model: createChatModel({ baseURL: 'http://engine.invalid/v1', apiKey: 'none', model: 'm' }),
    director: modelDirector(),
    tools: createHelperTools(),
    onCall: () => undefined,
  });
  expect(app.builder).toBeInstanceOf(StateGraph);
  const nodes: Readonly<Record<string, { readonly ends?: readonly string[] }>> = app.builder.nodes;
  expect(Object.keys(nodes)).toEqual([...helperAgents]);
  for (const agent of helperAgents) expect(nodes[agent]?.ends).toEqual(handoffs[agent]);
});
