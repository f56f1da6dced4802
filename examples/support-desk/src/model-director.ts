import type { DeskAgent } from './agents.ts';
import { deskRoutes } from './agents.ts';
import type { Director } from './director.ts';
import { trimmed } from './help-centre.ts';

/** Room for a reply of each agent, in tokens: a label, a tool call or a paragraph. */
const replyTokens: Readonly<Record<DeskAgent, number>> = {
  triage: 24,
  orders: 192,
  billing: 192,
  technical: 224,
  returns: 192,
  searcher: 96,
  digest: 160,
  'reply/draft': 192,
  'reply/review': 64,
};

/** Characters of a reply that enter the conversation. */
const writtenLength = 480;

/**
 * Takes the model at its word: it routes, asks for tools, writes and reviews.
 *
 * A reply that names no route means that the customer gets an answer, and a review that does not ask
 * for a revision lets the draft out: what a model leaves unclear never keeps a customer waiting.
 */
export function modelDirector(): Director {
  return {
    maxTokens: ({ agent }) => replyTokens[agent],
    route: (_moment, reply) => {
      const line = /ROUTE:\s*(\w+)/i.exec(reply.text)?.[1]?.toLowerCase();
      return deskRoutes.find((route) => route === line) ?? 'reply';
    },
    toolCall: (moment, reply) => {
      const call = reply.tool_calls?.[0];
      if (!call) return undefined;
      const { session, agent, turn, step, round } = moment;
      const args: Readonly<Record<string, unknown>> = call.args;
      return {
        id: call.id ?? `${session}-${agent}-${turn}-${step}-${round}`,
        name: call.name,
        args,
      };
    },
    write: (_moment, reply) => trimmed(reply.text.trim() || '(nothing to add)', writtenLength),
    approves: (_moment, reply) => !/\bREVISE\b/i.test(reply.text),
  };
}
