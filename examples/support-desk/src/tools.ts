import { ToolInputParsingException, tool } from '@langchain/core/tools';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { ToolMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { z } from 'zod';
import type { Specialist } from './agents.ts';
import type { DeskToolCall } from './director.ts';
import { HelpCentre, trimmed } from './help-centre.ts';
import { keyedRandom } from '@entresol/example-load';
import { DeskStore } from './store.ts';
import type { Wait } from '@entresol/example-load';

/** Characters of a tool result that enter the conversation. */
const resultLength = 480;

/** The spread of a real back end: a warm query to a slow third party, in milliseconds. */
const [fastestMs, slowestMs] = [20, 300];

export type DeskTools = Readonly<Record<Specialist, readonly StructuredToolInterface[]>>;

/** How long the back end takes over one tool call: fixed by the id of the call, so it needs no state. */
export function toolLatencyMs(callId: string): number {
  return keyedRandom(0).between(fastestMs, slowestMs, 'tool-latency', callId);
}

function answer(found: unknown): string {
  if (found === undefined) return JSON.stringify({ error: 'not found' });
  return trimmed(JSON.stringify(found), resultLength);
}

const customerId = z.string().describe('Customer number, for example C-1012.');
const orderId = z.string().describe('Order number, for example SO-4036.');

/** Each specialist's tools over one store and one help centre. */
export function createDeskTools(wait: Wait): DeskTools {
  const store = new DeskStore();
  const help = new HelpCentre();

  function deskTool<Input>(
    name: string,
    description: string,
    schema: z.ZodType<Input>,
    run: (input: Input) => unknown,
  ): StructuredToolInterface {
    return tool(
      async (
        input: unknown,
        config: RunnableConfig & { readonly toolCall?: { readonly id?: string } },
      ) => {
        await wait(toolLatencyMs(config.toolCall?.id ?? ''), config.signal);
        return answer(run(schema.parse(input)));
      },
      { name, description, schema },
    );
  }

  return {
    orders: [
      deskTool(
        'list_orders',
        'Lists the orders of a customer, newest first, with product, quantity, date and status.',
        z.object({
          customer_id: customerId,
          limit: z.number().int().min(1).max(5).describe('At most this many.'),
        }),
        ({ customer_id, limit }) => store.ordersOf(customer_id, { limit }),
      ),
      deskTool(
        'track_shipment',
        'Finds carrier, tracking number, destination and expected day of one order.',
        z.object({ order_id: orderId }),
        ({ order_id }) => store.shipmentOf(order_id),
      ),
    ],
    billing: [
      deskTool(
        'list_invoices',
        'Lists the invoices of a customer with amount, status and due date.',
        z.object({ customer_id: customerId }),
        ({ customer_id }) => store.invoicesOf(customer_id),
      ),
      deskTool(
        'explain_invoice',
        'Breaks one invoice down: what was bought, how much of it is VAT, whether it is overdue.',
        z.object({ invoice_id: z.string().describe('Invoice number, for example INV-9036.') }),
        ({ invoice_id }) => store.invoice(invoice_id),
      ),
    ],
    technical: [
      deskTool(
        'search_help',
        'Searches the help centre and returns the best matching guides with an excerpt of each.',
        z.object({ query: z.string().describe('Two to eight plain words.') }),
        ({ query }) => help.search(query, { limit: 2, excerptLength: 150 }),
      ),
      deskTool(
        'read_article',
        'Returns one help-centre guide by the id that search_help gave.',
        z.object({ article_id: z.string().describe('For example offline-cam-3.') }),
        ({ article_id }) => help.article(article_id),
      ),
    ],
    returns: [
      deskTool(
        'check_return_window',
        'Tells whether an order may still be returned and how many days are left.',
        z.object({ order_id: orderId }),
        ({ order_id }) => store.returnWindowOf(order_id),
      ),
      deskTool(
        'open_return',
        'Opens a return and gives its RMA number. Opening it twice gives the same number.',
        z.object({
          order_id: orderId,
          reason: z.string().describe("The customer's reason, in a few words."),
        }),
        ({ order_id, reason }) => store.openReturn(order_id, reason),
      ),
    ],
  };
}

/**
 * Runs the tool a specialist asked for. A model may name a tool that does not exist or give it the
 * wrong arguments: it is told so and may try again.
 * @throws what the tool throws for any other reason
 */
export async function runDeskTool(
  tools: readonly StructuredToolInterface[],
  call: DeskToolCall,
  { id, config }: { readonly id: string; readonly config: RunnableConfig },
): Promise<ToolMessage> {
  const message = (content: string, status: 'success' | 'error'): ToolMessage =>
    new ToolMessage({ id, content, status, name: call.name, tool_call_id: call.id });
  const wanted = tools.find(({ name }) => name === call.name);
  if (!wanted) return message(`There is no tool named ${call.name}.`, 'error');
  try {
    const result: unknown = await wanted.invoke(
      { ...call, args: { ...call.args }, type: 'tool_call' },
      config,
    );
    return message(ToolMessage.isInstance(result) ? result.text : String(result), 'success');
  } catch (error) {
    if (error instanceof ToolInputParsingException)
      return message('The arguments do not fit the tool.', 'error');
    throw error;
  }
}
