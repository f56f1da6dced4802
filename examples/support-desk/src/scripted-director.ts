import type { DeskAgent, DeskRoute } from './agents.ts';
import { deskCase, filled } from './casebook.ts';
import type { DeskCase } from './casebook.ts';
import type { DeskMoment, DeskToolCall, Director } from './director.ts';
import { keyedRandom } from '@entresol/example-load';
import type { KeyPart } from '@entresol/example-load';
import { scriptedLines } from './scripted-lines.ts';

/** Where triage sends a conversation after a department has reported: the weights of a row sum to 1. */
const nextRoutes: Readonly<
  Record<Exclude<DeskRoute, 'reply'>, readonly (readonly [DeskRoute, number])[]>
> = {
  orders: [
    ['reply', 0.7],
    ['billing', 0.14],
    ['returns', 0.1],
    ['technical', 0.06],
  ],
  billing: [
    ['reply', 0.7],
    ['orders', 0.2],
    ['returns', 0.1],
  ],
  technical: [
    ['reply', 0.7],
    ['returns', 0.15],
    ['orders', 0.1],
    ['research', 0.05],
  ],
  returns: [
    ['reply', 0.7],
    ['billing', 0.18],
    ['orders', 0.12],
  ],
  research: [
    ['reply', 0.7],
    ['technical', 0.2],
    ['orders', 0.1],
  ],
};

const approvalRate = 0.75;

/** Chance of a first round of tools in a visit, and of a second one after it. */
const toolRates: readonly number[] = [0.5, 0.2];

/** Shortest and longest reply of each agent, in tokens: a label is shorter than a letter. */
const replyTokens: Readonly<Record<DeskAgent, readonly [from: number, to: number]>> = {
  triage: [8, 12],
  orders: [20, 32],
  billing: [20, 32],
  technical: [24, 40],
  returns: [20, 32],
  searcher: [16, 28],
  digest: [24, 40],
  'reply/draft': [28, 40],
  'reply/review': [8, 16],
};

const keyOf = ({ session, agent, turn, step, round }: DeskMoment): readonly KeyPart[] => [
  session,
  agent,
  turn,
  step,
  round,
];

/** The tools a specialist would ask for, first round first. */
function toolsFor(
  agent: DeskAgent,
  { customer, order }: DeskCase,
): readonly Omit<DeskToolCall, 'id'>[] {
  switch (agent) {
    case 'orders':
      return [
        { name: 'list_orders', args: { customer_id: customer.id, limit: 3 } },
        { name: 'track_shipment', args: { order_id: order.id } },
      ];
    case 'billing':
      return [
        { name: 'explain_invoice', args: { invoice_id: order.invoiceId } },
        { name: 'list_invoices', args: { customer_id: customer.id } },
      ];
    case 'technical':
      return [
        { name: 'search_help', args: { query: `${order.product.name} offline restart` } },
        {
          name: 'read_article',
          args: { article_id: `offline-${order.product.sku.toLowerCase()}` },
        },
      ];
    case 'returns':
      return [
        { name: 'check_return_window', args: { order_id: order.id } },
        { name: 'open_return', args: { order_id: order.id, reason: 'does not suit the customer' } },
      ];
    case 'triage':
    case 'searcher':
    case 'digest':
    case 'reply/draft':
    case 'reply/review':
      return [];
    default:
      return unreachable(agent);
  }
}

function unreachable(agent: never): never {
  throw new RangeError(`no such agent: ${String(agent)}`);
}

/**
 * Decides everything from the seed and nothing from the model, so that two runs send the same
 * prompts, byte for byte, whatever the model answers and however long it takes.
 *
 * Each draw has a key of its own: session, agent, turn, step, round and what it is for.
 */
export function scriptedDirector(seed: number): Director {
  const random = keyedRandom(seed);
  return {
    maxTokens: (moment) => {
      const [from, to] = replyTokens[moment.agent];
      return random.between(from, to, ...keyOf(moment), 'length');
    },

    route: (moment, _reply, from) =>
      from === undefined || from === 'reply'
        ? deskCase(seed, moment.session, moment.turn).topic
        : random.weigh(nextRoutes[from], ...keyOf(moment), 'route'),

    toolCall: (moment) => {
      const wanted = toolsFor(moment.agent, deskCase(seed, moment.session, moment.turn))[
        moment.round - 1
      ];
      const rate = toolRates[moment.round - 1] ?? 0;
      if (!wanted || random.unit(...keyOf(moment), 'tool') >= rate) return undefined;
      return { id: `call_${random.hex(12, ...keyOf(moment), 'call')}`, ...wanted };
    },

    write: (moment) => {
      if (moment.agent === 'triage') return '';
      const lines = scriptedLines[moment.agent].map((slot, index) =>
        random.rotate(
          slot,
          moment.turn + moment.round,
          moment.session,
          moment.agent,
          moment.step,
          index,
        ),
      );
      return filled(lines.join(' '), deskCase(seed, moment.session, moment.turn));
    },

    approves: (moment) => random.unit(...keyOf(moment), 'approval') < approvalRate,
  };
}
