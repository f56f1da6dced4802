import type { AgentModels, ChatApp } from '@entresol/example-load/mastra';
import type { Wait } from '@entresol/example-load';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import type { Helper } from './agents.ts';
import { HouseBook } from './house-book.ts';
import { rolePrompts } from './role-prompts.ts';
import { createConciergeTools } from './tools.ts';
import { createTransfer } from './transfer.ts';

/** Calls of the model in one visit of a helper, and of the concierge in one turn. */
const [maxHelperSteps, maxConciergeSteps] = [3, 4];

/** Characters of an answer. */
const answerLength = 480;

/** What the concierge is told about its helpers. */
const descriptions: Readonly<Record<Helper, string>> = {
  dining: 'Finds and books tables in the restaurants of the town.',
  outings: 'Finds and books outings and tours.',
  house: 'Answers for the services of the hotel: sauna, massage, laundry, late check-out and more.',
};

/** A supervisor with three sub-agents and a workflow as its tools. A guest comes back on the same thread. */
export function createConcierge({
  models,
  wait,
}: {
  readonly models: AgentModels;
  /** How the tools let time pass; real time by default. */
  readonly wait?: Wait;
}): ChatApp {
  const book = new HouseBook();
  const tools = createConciergeTools(book, wait);
  const helper = (id: Helper): Agent =>
    new Agent({
      id,
      name: id,
      description: descriptions[id],
      instructions: rolePrompts[id],
      model: models(id),
      tools: tools[id],
      defaultOptions: { maxSteps: maxHelperSteps },
    });
  const dispatcher = new Agent({
    id: 'dispatcher',
    name: 'dispatcher',
    instructions: rolePrompts.dispatcher,
    model: models('dispatcher'),
  });
  const concierge = new Agent({
    id: 'concierge',
    name: 'concierge',
    instructions: rolePrompts.concierge,
    model: models('concierge'),
    agents: { dining: helper('dining'), outings: helper('outings'), house: helper('house') },
    workflows: { transfer: createTransfer(dispatcher, book) },
    defaultOptions: { maxSteps: maxConciergeSteps },
  });
  return {
    mastra: new Mastra({ agents: { concierge, dispatcher }, logger: false }),
    async answer({ session, lines }, signal) {
      const output = await concierge.stream(
        lines.map(({ role, text }) =>
          // Mastra's union of messages wants the role to be one of the two, not either.
          role === 'user' ? { role, content: text } : { role, content: text },
        ),
        {
          memory: { thread: session, resource: `guest-${session}` },
          ...(signal && { abortSignal: signal }),
        },
      );
      await output.consumeStream();
      signal?.throwIfAborted();
      if (output.error !== undefined) throw output.error;
      const text = (await output.text).trim() || '(nothing to add)';
      return [{ role: 'assistant', text: text.slice(0, answerLength) }];
    },
  };
}
