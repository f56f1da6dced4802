import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';

export type BookRow = Readonly<Record<string, SQLOutputValue>>;

/** Restaurants of an invented town by a lake: name, cuisine, quietness, seats left on each evening. */
const restaurants = [
  ['Alte Post', 'regional', 'quiet', 6],
  ['Bellavista', 'Italian', 'lively', 2],
  ['Kranich', 'fish', 'quiet', 0],
  ['Linde', 'vegetarian', 'quiet', 9],
  ['Marktkeller', 'regional', 'lively', 14],
  ['Nordlicht', 'fish', 'lively', 4],
] as const;

/** Outings: name, start, hours, price, what may cancel it. */
const outings = [
  ['Steamer round the lake', '10:15', 3, 34, 'wind above five'],
  ['Cheese dairy on the Alp', '09:00', 5, 48, 'snow on the road'],
  ['Gorge walk with a guide', '13:30', 3, 29, 'thunderstorms'],
  ['Old town by lantern', '20:30', 2, 18, 'nothing'],
  ['Rowing at sunrise', '06:10', 2, 22, 'fog'],
  ['Museum of clocks', '11:00', 2, 12, 'nothing'],
] as const;

/** Services of the hotel: name, hours, places left today. */
const services = [
  ['sauna', '14:00 to 21:00', 5],
  ['massage', '10:00 to 18:00', 1],
  ['late check-out', 'until 14:00', 3],
  ['laundry', 'back by 18:00', 20],
  ['cot', 'at any time', 2],
  ['picnic basket', 'ordered by 20:00', 8],
] as const;

/** Ways to the hotel's stops: place, minutes, kilometres, last departure. */
const routes = [
  ['station', 12, 6, '23:40'],
  ['airport', 55, 62, '22:00'],
  ['cable car', 20, 11, '17:30'],
  ['landing stage', 6, 2, '21:00'],
  ['concert hall', 15, 8, '23:15'],
] as const;

/** What the hotel knows and what guests have booked, in memory. */
export class HouseBook {
  readonly #database = new DatabaseSync(':memory:');

  constructor() {
    this.#fill('restaurants', 'name, cuisine, mood, seats', restaurants);
    this.#fill('outings', 'name, starts, hours, price, cancelled_by', outings);
    this.#fill('services', 'name, hours, places', services);
    this.#fill('routes', 'place, minutes, kilometres, last', routes);
    this.#database.exec('CREATE TABLE bookings (kind, what, guests, UNIQUE (kind, what, guests))');
  }

  /** With seats for so many, most seats first. */
  tablesFor(guests: number): readonly BookRow[] {
    return this.#database
      .prepare('SELECT * FROM restaurants WHERE seats >= ? ORDER BY seats DESC')
      .all(guests);
  }

  /** That take no longer than so many hours, cheapest first. */
  outingsWithin(hours: number): readonly BookRow[] {
    return this.#database
      .prepare('SELECT * FROM outings WHERE hours <= ? ORDER BY price')
      .all(hours);
  }

  /** Empty for what the hotel does not offer. */
  service(name: string): readonly BookRow[] {
    return this.#database.prepare('SELECT * FROM services WHERE name = ? COLLATE NOCASE').all(name);
  }

  /** Undefined for a place that no car goes to. */
  route(place: string): BookRow | undefined {
    return this.#database.prepare('SELECT * FROM routes WHERE place = ? COLLATE NOCASE').get(place);
  }

  /** Booking twice is booking once. @returns the number of the booking */
  book(kind: string, what: string, guests: number): string {
    this.#database
      .prepare('INSERT OR IGNORE INTO bookings VALUES (?, ?, ?)')
      .run(kind, what, guests);
    const words = `${kind} ${what} ${guests}`;
    // The number must not depend on who booked before: sessions interleave in any order.
    const sum = Array.from(words).reduce(
      (total, letter) => (total * 31 + letter.charCodeAt(0)) % 9_000,
      7,
    );
    return `${kind.charAt(0).toUpperCase()}-${1_000 + sum}`;
  }

  #fill(table: string, columns: string, rows: readonly (readonly SQLInput[])[]): void {
    this.#database.exec(`CREATE TABLE ${table} (${columns})`);
    const places = columns.replaceAll(/\w+/gu, '?');
    const insert = this.#database.prepare(`INSERT INTO ${table} VALUES (${places})`);
    for (const row of rows) insert.run(...row);
  }
}

type SQLInput = string | number;
