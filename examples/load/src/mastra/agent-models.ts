import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { MastraModelConfig } from '@mastra/core/llm';
import type { ExampleClient } from '../example-load.ts';
import { directedModel } from './directed-model.ts';
import type { Director } from './directed-model.ts';
import { habitualModel } from './habitual-model.ts';

/** Gives the model of an agent. */
export type AgentModels = (agent: string) => MastraModelConfig;

/** Models behind an OpenAI-compatible Chat Completions API, one per agent. @param director hears every call before it is made */
export function createAgentModels(client: ExampleClient, director: Director): AgentModels {
  const { baseURL, apiKey, model, fetch, habits } = client;
  const provider = createOpenAICompatible({
    name: 'example',
    includeUsage: true,
    baseURL,
    apiKey,
    ...(fetch && { fetch }),
  });
  return (agent) => {
    const plain = provider.chatModel(model);
    const asked = habits === undefined ? plain : habitualModel(plain, habits);
    return mastraModel(directedModel(asked, { agent, director }));
  };
}

/** Mastra's type of a model allows no `undefined` where the provider's does. */
function mastraModel(model: object): MastraModelConfig {
  if (!isModel(model)) throw new TypeError('A model has doStream().');
  return model;
}

function isModel(model: object): model is Extract<MastraModelConfig, { doStream: unknown }> {
  return 'doStream' in model;
}
