import { products } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import { keyedRandom } from '@entresol/example-load';

export interface Order {
  readonly id: string;
  readonly product: Product;
  readonly quantity: number;
  readonly placedOn: string;
  readonly status: 'packing' | 'shipped' | 'delivered';
  readonly carrier: string;
  readonly tracking: string;
  readonly invoiceId: string;
  readonly invoiceStatus: 'paid' | 'open' | 'refunded';
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly city: string;
  /** Two or three, oldest first. */
  readonly orders: readonly Order[];
}

/** The shop's calendar stands still, so that an answer never depends on the day it is asked for. */
export const deskToday = '2026-03-16';

/** Fixes the shop's records; unrelated to the seed of a run. */
const recordsSeed = 20260316;

const firstNames = [
  'Ana',
  'Bilal',
  'Chiara',
  'Dev',
  'Elif',
  'Femi',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kaya',
  'Liam',
];
const lastNames = [
  'Ruiz',
  'Haddad',
  'Moretti',
  'Kapoor',
  'Arslan',
  'Okoro',
  'Lindqvist',
  'Marchand',
  'Costa',
];
const cities = ['Bergen', 'Porto', 'Ghent', 'Leeds', 'Turin', 'Malmo', 'Graz', 'Cork'];
const carriers = ['Nordpost', 'Rapide', 'Parcelway'];

function ordersOf(number: number): readonly Order[] {
  const random = keyedRandom(recordsSeed);
  return Array.from({ length: random.between(2, 3, 'orders', number) }, (_, index): Order => {
    const key = ['order', number, index] as const;
    const serial = 4000 + number * 3 + index;
    return {
      id: `SO-${serial}`,
      product: random.pick(products, ...key, 'product'),
      quantity: random.between(1, 3, ...key, 'quantity'),
      placedOn: `2026-${index === 0 ? '01' : '03'}-${String(random.between(1, 14, ...key, 'day')).padStart(2, '0')}`,
      status:
        index === 0
          ? 'delivered'
          : random.pick(['packing', 'shipped', 'delivered'] as const, ...key, 'status'),
      carrier: random.pick(carriers, ...key, 'carrier'),
      tracking: `TRK${random.hex(10, ...key, 'tracking').toUpperCase()}`,
      invoiceId: `INV-${serial + 5000}`,
      invoiceStatus: random.weigh(
        [
          ['paid', 7],
          ['open', 2],
          ['refunded', 1],
        ] as const,
        ...key,
        'invoice',
      ),
    };
  });
}

/** Everybody the shop knows: one record per pairing of a first name and a last name. */
export const customers: readonly Customer[] = lastNames.flatMap((last, row) =>
  firstNames.map((first, column): Customer => {
    const number = row * firstNames.length + column;
    return {
      id: `C-${1000 + number}`,
      name: `${first} ${last}`,
      email: `${first}.${last}@mail.example`.toLowerCase(),
      city: keyedRandom(recordsSeed).pick(cities, 'city', number),
      orders: ordersOf(number),
    };
  }),
);
