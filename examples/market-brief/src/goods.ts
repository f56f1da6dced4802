/** What bakeries buy at the Tarn Exchange, an invented market. */
export const goods = [
  'hard wheat',
  'rye',
  'oat flakes',
  'rapeseed oil',
  'beet sugar',
  'butter',
  'hazelnuts',
  'dried apples',
  'honey',
  'yeast',
] as const;

export type Good = (typeof goods)[number];

export interface Quarter {
  readonly good: Good;
  /** For example 2025-Q3. */
  readonly quarter: string;
  /** Crowns a tonne, mean of the quarter. */
  readonly price: number;
  /** Days that the stocks of the exchange last. */
  readonly stockDays: number;
  /** Tonnes sold on the exchange. */
  readonly tonnesSold: number;
}

const quarterNames = ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'] as const;

/** Price, days of stock and tonnes sold, quarter by quarter. */
const figures: Readonly<Record<Good, readonly (readonly [number, number, number])[]>> = {
  'hard wheat': [
    [268, 61, 18_400],
    [274, 48, 18_900],
    [251, 83, 17_200],
    [263, 77, 19_100],
  ],
  rye: [
    [214, 55, 6_300],
    [219, 41, 6_150],
    [208, 79, 5_900],
    [233, 52, 6_700],
  ],
  'oat flakes': [
    [412, 38, 2_250],
    [409, 36, 2_310],
    [431, 29, 2_480],
    [447, 27, 2_590],
  ],
  'rapeseed oil': [
    [1_046, 44, 3_120],
    [1_082, 39, 3_060],
    [1_019, 58, 2_940],
    [1_107, 35, 3_210],
  ],
  'beet sugar': [
    [688, 92, 7_450],
    [671, 74, 7_620],
    [659, 51, 7_300],
    [634, 118, 8_040],
  ],
  butter: [
    [6_120, 24, 1_480],
    [6_340, 21, 1_420],
    [6_910, 16, 1_350],
    [7_260, 13, 1_390],
  ],
  hazelnuts: [
    [7_850, 66, 310],
    [9_420, 47, 260],
    [11_300, 33, 205],
    [10_650, 58, 240],
  ],
  'dried apples': [
    [3_480, 71, 420],
    [3_510, 49, 405],
    [3_390, 95, 380],
    [3_365, 102, 455],
  ],
  honey: [
    [4_260, 82, 195],
    [4_180, 69, 210],
    [4_540, 74, 180],
    [4_720, 60, 205],
  ],
  yeast: [
    [1_290, 12, 880],
    [1_290, 12, 895],
    [1_340, 10, 870],
    [1_410, 9, 910],
  ],
};

export const quarters: readonly Quarter[] = goods.flatMap((good) =>
  figures[good].map(([price, stockDays, tonnesSold], at) => ({
    good,
    quarter: quarterNames[at] ?? '',
    price,
    stockDays,
    tonnesSold,
  })),
);

export interface Supplier {
  readonly name: string;
  readonly good: Good;
  /** From order to delivery. */
  readonly leadDays: number;
  readonly minimumTonnes: number;
  readonly clause: string;
}

const supplier = (
  name: string,
  good: Good,
  leadDays: number,
  minimumTonnes: number,
  clause: string,
): Supplier => ({ name, good, leadDays, minimumTonnes, clause });

export const suppliers: readonly Supplier[] = [
  supplier(
    'Ostrand Mills',
    'hard wheat',
    9,
    24,
    'price fixed for 30 days, protein below 12 % may be refused',
  ),
  supplier(
    'Velm Growers',
    'hard wheat',
    16,
    80,
    'price follows the exchange, harvest failure ends the contract',
  ),
  supplier('Ostrand Mills', 'rye', 9, 24, 'price fixed for 30 days'),
  supplier('Karsholt Oats', 'oat flakes', 12, 6, 'surcharge of 4 % below 10 tonnes'),
  supplier(
    'Brandt Press',
    'rapeseed oil',
    7,
    10,
    'price fixed for 14 days, tank must be returned clean',
  ),
  supplier('Lower Tarn Sugar', 'beet sugar', 5, 20, 'yearly contract, 3 % back above 400 tonnes'),
  supplier('Hedeby Dairy', 'butter', 4, 2, 'deliveries may be cut to 70 % in a short week'),
  supplier('Corra Nuts', 'hazelnuts', 38, 1, 'paid in advance, aflatoxin report on request'),
  supplier('Aske Orchards', 'dried apples', 14, 2, 'sulphured unless ordered otherwise'),
  supplier('Heath Apiaries', 'honey', 10, 1, 'origin of every drum on the invoice'),
  supplier('Fermenta', 'yeast', 2, 1, 'daily delivery, contract ends with 14 days of notice'),
];
