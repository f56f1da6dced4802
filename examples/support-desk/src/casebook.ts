import type { DeskRoute } from './agents.ts';
import { customers } from './customers.ts';
import type { Customer, Order } from './customers.ts';
import { keyedRandom } from '@entresol/example-load';

/** What the customer of a session wants in one turn. */
export interface DeskCase {
  readonly customer: Customer;
  /** The purchase the session is about. */
  readonly order: Order;
  /** Who should see it first; `reply` for a follow-up that the conversation already answers. */
  readonly topic: DeskRoute;
}

/** Share of conversations by the department they open with. */
const openingTopics: readonly (readonly [DeskRoute, number])[] = [
  ['orders', 0.35],
  ['billing', 0.2],
  ['technical', 0.2],
  ['research', 0.15],
  ['returns', 0.1],
];

/** Share of later turns that need no department again. */
const plainFollowUps = 0.78;

/** The plan and the script read the same case, so the messages of a session suit the routes it takes. */
export function deskCase(seed: number, session: string, turn: number): DeskCase {
  const random = keyedRandom(seed);
  const customer = random.pick(customers, session, 'customer');
  const order = random.pick(customer.orders, session, 'order');
  const plain = turn > 1 && random.unit(session, turn, 'follow-up') < plainFollowUps;
  const topic = plain ? 'reply' : random.weigh(openingTopics, session, turn, 'topic');
  return { customer, order, topic };
}

/** Fills `{name}`, `{order}`, `{product}` and the like from the case. */
export function filled(template: string, { customer, order }: DeskCase): string {
  const values: Readonly<Record<string, string>> = {
    name: customer.name,
    first: customer.name.split(' ')[0] ?? customer.name,
    customer: customer.id,
    city: customer.city,
    order: order.id,
    product: order.product.name,
    quantity: String(order.quantity),
    light: order.product.light,
    carrier: order.carrier,
    invoice: order.invoiceId,
    price: order.product.price,
    placed: order.placedOn,
  };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
