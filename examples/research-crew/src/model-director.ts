import type { CrewAgent } from './agents.ts';
import { trimmed } from './archive.ts';
import type { Director } from './director.ts';

/** Room for a reply of each agent, in tokens. */
const replyTokens: Readonly<Record<CrewAgent, number>> = {
  router: 24,
  planner: 160,
  searcher: 160,
  'fact-checker': 128,
  'report/writer': 192,
  'report/critic': 64,
  editor: 192,
};

const maxSubQuestions = 4;

/** Takes the model at its word. A reply that names no route means research; one without sub-questions, the user's own. */
export function modelDirector(): Director {
  return {
    maxTokens: ({ agent }) => replyTokens[agent],
    needsResearch: (_moment, reply) => !/ROUTE:\s*direct/i.test(reply.text),
    subQuestions: (_moment, reply, question) => {
      const listed = [...reply.text.matchAll(/^\s*[-*\d.)]+\s+(.+)$/gm)].flatMap(([, line]) =>
        line ? [trimmed(line, 200)] : [],
      );
      return listed.length > 0 ? listed.slice(0, maxSubQuestions) : [trimmed(question, 200)];
    },
    toolCall: ({ session, turn, branch, round }, reply) => {
      const call = reply.tool_calls?.[0];
      if (!call) return undefined;
      const args: Readonly<Record<string, unknown>> = call.args;
      return { id: call.id ?? `${session}-${turn}-${branch}-${round}`, name: call.name, args };
    },
    write: (_moment, reply) => trimmed(reply.text.trim() || '(nothing to add)', 480),
    approves: (_moment, reply) => !/\bREVISE\b/i.test(reply.text),
  };
}
