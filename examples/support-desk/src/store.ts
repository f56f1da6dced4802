import { DatabaseSync } from 'node:sqlite';
import { customers, deskToday } from './customers.ts';

/** Days after delivery in which a device may come back; the returns prompt promises the same. */
const returnWindowDays = 60;

type Row = Record<string, string | number | bigint | null | Uint8Array>;

const schema = `
  CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, email TEXT, city TEXT);
  CREATE TABLE orders (id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers, product TEXT,
    quantity INTEGER, placed_on TEXT, status TEXT);
  CREATE TABLE shipments (order_id TEXT PRIMARY KEY REFERENCES orders, carrier TEXT, tracking TEXT, eta TEXT);
  CREATE TABLE invoices (id TEXT PRIMARY KEY, order_id TEXT REFERENCES orders, amount_cents INTEGER,
    status TEXT, due_on TEXT);
  CREATE TABLE returns (order_id TEXT PRIMARY KEY REFERENCES orders, reason TEXT);
`;

/** The shop's records in an SQLite database in memory, filled anew for each store. */
export class DeskStore {
  readonly #database = new DatabaseSync(':memory:');

  constructor() {
    this.#database.exec(schema);
    const customer = this.#database.prepare('INSERT INTO customers VALUES (?, ?, ?, ?)');
    const order = this.#database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)');
    const shipment = this.#database.prepare(
      `INSERT INTO shipments VALUES (?, ?, ?, date(?, '+4 days'))`,
    );
    const invoice = this.#database.prepare(
      `INSERT INTO invoices VALUES (?, ?, ?, ?, date(?, '+14 days'))`,
    );
    for (const { id, name, email, city, orders } of customers) {
      customer.run(id, name, email, city);
      for (const placed of orders) {
        order.run(
          placed.id,
          id,
          placed.product.name,
          placed.quantity,
          placed.placedOn,
          placed.status,
        );
        if (placed.status !== 'packing') {
          shipment.run(placed.id, placed.carrier, placed.tracking, placed.placedOn);
        }
        const cents = Math.round(Number(placed.product.price) * 100) * placed.quantity;
        invoice.run(placed.invoiceId, placed.id, cents, placed.invoiceStatus, placed.placedOn);
      }
    }
  }

  /** Newest first. */
  ordersOf(customerId: string, { limit }: { readonly limit: number }): readonly Row[] {
    return this.#database
      .prepare(
        `SELECT id, product, quantity, placed_on, status FROM orders
         WHERE customer_id = ? ORDER BY placed_on DESC, id LIMIT ?`,
      )
      .all(customerId, limit);
  }

  /** Undefined for an unknown order; carrier, tracking and eta are null before it has left. */
  shipmentOf(orderId: string): Row | undefined {
    return this.#database
      .prepare(
        `SELECT o.id AS order_id, o.status, c.city AS destination, s.carrier, s.tracking, s.eta
         FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN shipments s ON s.order_id = o.id
         WHERE o.id = ?`,
      )
      .get(orderId);
  }

  /** Latest due date first. */
  invoicesOf(customerId: string): readonly Row[] {
    return this.#database
      .prepare(
        `SELECT i.id, i.order_id, i.amount_cents / 100.0 AS amount, i.status, i.due_on
         FROM invoices i JOIN orders o ON o.id = i.order_id WHERE o.customer_id = ? ORDER BY i.due_on DESC, i.id`,
      )
      .all(customerId);
  }

  /** Undefined for an unknown invoice. */
  invoice(invoiceId: string): Row | undefined {
    return this.#database
      .prepare(
        `SELECT i.id, o.product, o.quantity, i.amount_cents / 100.0 AS amount,
                round(i.amount_cents / 600.0, 2) AS vat_included, i.status, i.due_on,
                i.status = 'open' AND i.due_on < ? AS overdue
         FROM invoices i JOIN orders o ON o.id = i.order_id WHERE i.id = ?`,
      )
      .get(deskToday, invoiceId);
  }

  /** Undefined for an unknown order; `days_left` is negative once the window has closed. */
  returnWindowOf(orderId: string): Row | undefined {
    return this.#database
      .prepare(
        `SELECT o.id AS order_id, o.product, o.status, s.eta AS delivered_on,
                CAST(julianday(s.eta) + ? - julianday(?) AS INTEGER) AS days_left
         FROM orders o LEFT JOIN shipments s ON s.order_id = o.id WHERE o.id = ?`,
      )
      .get(returnWindowDays, deskToday, orderId);
  }

  /**
   * Opens a return, or finds the one already open: asking twice gives the same answer, as a customer
   * who asks again should not get a second label.
   * @returns undefined for an unknown order
   */
  openReturn(orderId: string, reason: string): Row | undefined {
    this.#database
      .prepare('INSERT OR IGNORE INTO returns SELECT id, ? FROM orders WHERE id = ?')
      .run(reason, orderId);
    return this.#database
      .prepare(
        `SELECT 'RMA-' || substr(r.order_id, 4) AS rma, r.order_id, o.product, c.city AS pick_up
         FROM returns r JOIN orders o ON o.id = r.order_id JOIN customers c ON c.id = o.customer_id
         WHERE r.order_id = ?`,
      )
      .get(orderId);
  }
}
