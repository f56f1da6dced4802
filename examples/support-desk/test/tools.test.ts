import type { ToolMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { customers } from '../src/customers.ts';
import { createDeskTools, runDeskTool, toolLatencyMs } from '../src/tools.ts';
import type { DeskTools } from '../src/tools.ts';
import { noTime } from './desk-run.ts';

const [customer] = customers;
if (!customer) throw new Error('the shop has no customers');
const [order] = customer.orders;
if (!order) throw new Error('the customer has no orders');

const ask = (
  department: keyof DeskTools,
  name: string,
  args: Record<string, unknown>,
  tools = createDeskTools(noTime),
): Promise<ToolMessage> =>
  runDeskTool(tools[department], { id: 'call_1', name, args }, { id: 'message', config: {} });

describe('desk tools', () => {
  it('lists the orders that the database holds for a customer, newest first', async () => {
    const found = await ask('orders', 'list_orders', { customer_id: customer.id, limit: 5 });
    const rows: readonly { id: string; placed_on: string }[] = JSON.parse(found.text);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(
      customer.orders.map(({ id }) => id).toSorted(),
    );
    const days = rows.map(({ placed_on }) => placed_on);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  it('tracks a delivered order with its carrier and the city of the customer', async () => {
    const found = await ask('orders', 'track_shipment', { order_id: order.id });
    expect(JSON.parse(found.text)).toMatchObject({
      status: 'delivered',
      carrier: order.carrier,
      tracking: order.tracking,
      destination: customer.city,
    });
  });

  it('computes the amount of an invoice and the VAT contained in it', async () => {
    const found = await ask('billing', 'explain_invoice', { invoice_id: order.invoiceId });
    const amount = Number(order.product.price) * order.quantity;
    expect(JSON.parse(found.text)).toMatchObject({
      product: order.product.name,
      amount,
      vat_included: Math.round((amount / 6) * 100) / 100,
    });
  });

  it('opens a return once and answers the second request like the first', async () => {
    const tools = createDeskTools(noTime);
    const args = { order_id: order.id, reason: 'too large' };
    const first = await ask('returns', 'open_return', args, tools);
    const second = await ask('returns', 'open_return', { ...args, reason: 'too loud' }, tools);
    expect(JSON.parse(first.text)).toMatchObject({ rma: `RMA-${order.id.slice(3)}` });
    expect(second.text).toBe(first.text);
  });

  it('finds the guide for the product and the symptom, and reads it', async () => {
    const found = await ask('technical', 'search_help', { query: 'Perch Camera offline' });
    const [best]: readonly { id: string }[] = JSON.parse(found.text);
    expect(best?.id).toBe('offline-cam-3');
    const guide = await ask('technical', 'read_article', { article_id: 'offline-cam-3' });
    expect(guide.text).toContain('2.4 GHz');
  });

  it('answers a wrong order number, wrong arguments and an unknown tool instead of failing', async () => {
    expect((await ask('orders', 'track_shipment', { order_id: 'SO-0' })).text).toContain(
      'not found',
    );
    expect(await ask('orders', 'track_shipment', { order: 1 })).toMatchObject({ status: 'error' });
    expect(await ask('orders', 'delete_everything', {})).toMatchObject({ status: 'error' });
  });

  it('takes the time that the id of the call stands for, and passes the signal on', async () => {
    const waits: [ms: number, signal: AbortSignal | undefined][] = [];
    const tools = createDeskTools(async (ms, signal) => void waits.push([ms, signal]));
    const { signal } = new AbortController();
    const call = { id: 'call_7', name: 'track_shipment', args: { order_id: order.id } };
    await runDeskTool(tools.orders, call, { id: 'message', config: { signal } });
    expect(waits).toEqual([[toolLatencyMs('call_7'), signal]]);
    expect(toolLatencyMs('call_7')).toBeGreaterThanOrEqual(20);
    expect(toolLatencyMs('call_7')).toBeLessThanOrEqual(300);
  });

  it('does not hide an abort behind a tool message', async () => {
    const stop = new AbortController();
    stop.abort();
    const call = { id: 'call_7', name: 'track_shipment', args: { order_id: order.id } };
    await expect(
      runDeskTool(createDeskTools(noTime).orders, call, {
        id: 'message',
        config: { signal: stop.signal },
      }),
    ).rejects.toThrow('abort');
  });
});
