import { AIMessage } from '@langchain/core/messages';
import { keyedRandom } from '@entresol/example-load';
import { handoffs, handoffTool, isHandoff } from './agents.ts';
import type { HelperAgent } from './agents.ts';
import { faultCases } from './cases.ts';
import type { FaultCase } from './cases.ts';
import { clipped } from './conversation.ts';
import type { HelperMoment } from './conversation.ts';

/** Handoffs and model calls in one turn; whoever gets there has to answer. */
const [mostHandoffs, mostSteps] = [3, 8];

/** Characters of a reply that enter the conversation. */
const writtenLength = 240;

/** Who decides what a reply of the model amounts to. */
export interface Director {
  /** Tokens the reply may take. */
  maxTokens(moment: HelperMoment): number;
  decide(moment: HelperMoment, reply: AIMessage): AIMessage;
}

const idOf = ({ session, agent, turn, step }: HelperMoment): string =>
  `${session}/${turn}.${step}/${agent}`;

const mustAnswer = ({ isCrowded, step }: HelperMoment): boolean => isCrowded || step >= mostSteps;

/** The fault a session is about. */
export function caseOf(seed: number, session: string): FaultCase {
  return keyedRandom(seed).pick(faultCases, session, 'case');
}

/** Takes the model at its word, one tool call a message, within the bounds of a turn. */
export function modelDirector(): Director {
  return {
    maxTokens: () => 40,
    decide: (moment, reply) => {
      const call = reply.tool_calls?.[0];
      const isAllowed =
        call !== undefined &&
        !mustAnswer(moment) &&
        (moment.handoffs < mostHandoffs || !isHandoff(call.name));
      return new AIMessage({
        id: idOf(moment),
        content: isAllowed ? '' : clipped(reply.text.trim() || '(nothing to add)', writtenLength),
        tool_calls: isAllowed ? [{ ...call, id: call.id ?? `call-${idOf(moment)}` }] : [],
      });
    },
  };
}

type ToolRequest = readonly [name: string, args: Record<string, unknown>];

/** The tool an agent of the script asks for in a round, by role. */
function toolOf({ agent, round }: HelperMoment, found: FaultCase): ToolRequest {
  const { file, name, args, oldText, newText, cause } = found;
  const read: ToolRequest = ['read_lines', { file, from: 1, to: 14 }];
  const run: ToolRequest = ['run_function', { file, name, args }];
  const search: ToolRequest = ['search_text', { text: name }];
  const patch = { file, old_text: oldText, new_text: newText, reason: cause };
  const requests: Readonly<Record<HelperAgent, readonly [ToolRequest, ToolRequest]>> = {
    guide: [search, search],
    navigator: [search, ['list_symbols', { file }]],
    debugger: [run, read],
    refactorer: [read, ['propose_patch', patch]],
    tester: [run, read],
    reviewer: [['show_patches', {}], run],
  };
  return requests[agent][round === 1 ? 0 : 1];
}

/** Decides by seed, session, turn, agent and step alone; the words of the model are put aside. */
export function scriptedDirector(seed: number): Director {
  const random = keyedRandom(seed);

  return {
    maxTokens: ({ session, agent, turn, step }) =>
      random.between(8, 40, session, turn, agent, step, 'tokens'),
    decide: (moment) => {
      const { session, agent, turn, step, round } = moment;
      const key = [session, turn, agent, step] as const;
      const found = caseOf(seed, session);
      const call = (name: string, args: Record<string, unknown>): AIMessage =>
        new AIMessage({
          id: idOf(moment),
          content: '',
          tool_calls: [
            { id: `call_${random.hex(16, ...key, 'call')}`, name, args, type: 'tool_call' },
          ],
        });
      if (!mustAnswer(moment)) {
        const isGuide = agent === 'guide';
        // One draw for the whole visit, so that it does not grow with every round.
        const looks = isGuide
          ? 0
          : random.between(1, 2, session, turn, agent, moment.handoffs, 'looks');
        if (round <= looks) return call(...toolOf(moment, found));
        const isWanted = isGuide || random.unit(...key, 'handoff') < 0.45;
        if (isWanted && moment.handoffs < 2) {
          return call(handoffTool(random.pick(handoffs[agent], ...key, 'to')), {});
        }
      }
      return new AIMessage({
        id: idOf(moment),
        content: `[${agent}] ${found.name} in ${found.file}: ${found.cause}.`,
      });
    },
  };
}
