export interface Product {
  readonly sku: string;
  readonly name: string;
  /** In the invoice currency, with two decimals. */
  readonly price: string;
  /** How the device shows its state. */
  readonly light: string;
  /** Where the factory-reset control sits. */
  readonly reset: string;
  readonly power: string;
}

/** What the shop sells. */
export const products: readonly Product[] = [
  {
    sku: 'HUB-2',
    name: 'Lumen Hub',
    price: '129.00',
    light: 'the ring on the lid',
    reset: 'the recessed pin next to the network socket',
    power: 'the 12 V adapter in the box',
  },
  {
    sku: 'TH-4',
    name: 'Vale Thermostat',
    price: '189.00',
    light: 'the dot under the dial',
    reset: 'the dial, pressed for fifteen seconds',
    power: 'the C wire of the boiler or two AA cells',
  },
  {
    sku: 'CAM-3',
    name: 'Perch Camera',
    price: '149.00',
    light: 'the light beside the lens',
    reset: 'the button under the card slot',
    power: 'a USB-C supply of at least 10 W',
  },
  {
    sku: 'LCK-1',
    name: 'Harbour Door Lock',
    price: '239.00',
    light: 'the bar above the keypad',
    reset: 'the switch behind the battery cover',
    power: 'four AA lithium cells',
  },
  {
    sku: 'LGT-5',
    name: 'Ember Light Strip',
    price: '59.00',
    light: 'the first section of the strip',
    reset: 'the controller button, pressed five times',
    power: 'the 24 V supply that came with the strip',
  },
];
