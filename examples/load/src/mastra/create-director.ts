import { keyedRandom } from '../keyed-random.ts';
import type { KeyedRandom } from '../keyed-random.ts';
import type { AskedPrompt } from './asked-prompt.ts';
import type { Director, ScriptedReply } from './directed-model.ts';

/** What an example says of its agents. */
export interface Cast<Agent extends string> {
  /** Room for a reply in tokens, when the model is taken at its word. */
  readonly mostTokens: Readonly<Record<Agent, number>>;
  /** Shortest and longest scripted reply in tokens. */
  readonly replyTokens: Readonly<Record<Agent, readonly [from: number, to: number]>>;
  /** What the agent is taken to have said: from the seed and the prompt alone. */
  readonly replyOf: (agent: Agent, asked: AskedPrompt, random: KeyedRandom) => ScriptedReply;
}

/**
 * Who decides what comes of a call: the model, or a script. The script takes everything from the seed and the prompt and
 * nothing from the model, so that two runs send the same prompts, byte for byte, whatever the model answers and however long
 * it takes.
 */
export function createDirector<Agent extends string>(
  { mostTokens, replyTokens, replyOf }: Cast<Agent>,
  options: { readonly director: 'script' | 'model'; readonly seed: number },
): Director {
  const named = (agent: string): Agent => {
    if (!isAgent(agent, mostTokens)) throw new RangeError(`no such agent: ${agent}`);
    return agent;
  };
  if (options.director === 'model') return ({ agent }) => ({ maxTokens: mostTokens[named(agent)] });
  const random = keyedRandom(options.seed);
  return (asked) => {
    const agent = named(asked.agent);
    const [from, to] = replyTokens[agent];
    return {
      maxTokens: random.between(from, to, asked.key, 'length'),
      reply: replyOf(agent, asked, random),
    };
  };
}

function isAgent<Agent extends string>(
  name: string,
  agents: Readonly<Record<Agent, unknown>>,
): name is Agent {
  return Object.hasOwn(agents, name);
}
