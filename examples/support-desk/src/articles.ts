import { products } from './catalogue.ts';
import type { Product } from './catalogue.ts';

export interface Article {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

type Writer = (product: Product) => readonly [title: string, body: string];

/** One guide per subject, written out for each product. */
const guides: Readonly<Record<string, Writer>> = {
  setup: ({ name, power, light }) => [
    `Set up the ${name}`,
    `Connect ${power} and wait until ${light} pulses white. Open the app, choose Add device and scan the code on the base. Keep the phone within two metres until the app says Ready, which takes about a minute. If the code is worn, type the twelve digits printed beneath it.`,
  ],
  offline: ({ name, light }) => [
    `The ${name} shows as offline`,
    `First look at ${light}: amber means no network, red means no power. Restart the router, wait two minutes and check that the 2.4 GHz band is on, because the device does not use 5 GHz. Move it within one wall of the router. If it is still offline after ten minutes, remove it in the app and add it again; schedules are kept for thirty days.`,
  ],
  reset: ({ name, reset, light }) => [
    `Factory-reset the ${name}`,
    `A reset erases rooms, schedules and shared access, so export the schedule first under Settings, Backup. Use ${reset} until ${light} flashes blue three times, then let go. The device restarts twice. Do not cut the power during the second restart, or the firmware falls back to the version it left the factory with.`,
  ],
  firmware: ({ name, light }) => [
    `Update the firmware of the ${name}`,
    `Updates install between two and four in the morning when the device is on power. To start one by hand open Settings, Device, Check for update. ${light} turns violet while it writes and the device cannot be used for up to six minutes. A failed update is rolled back by itself; error F-21 means too little battery and F-34 means that the download was cut short.`,
  ],
  sharing: ({ name }) => [
    `Share the ${name} with your household`,
    `The owner opens Household, Invite, and picks Member or Guest. Members may change schedules, guests may only use the device and lose access after the date you set. Up to eight people can share it. Someone who leaves the household is signed out on every phone within a minute, and the activity log keeps their name for ninety days.`,
  ],
  schedule: ({ name }) => [
    `Schedules on the ${name}`,
    `A schedule holds up to twelve rules a day. Rules run on the device itself, so they keep working without internet, but sunrise and sunset times are fetched once a week. If a rule fires an hour early or late, check the time zone under Household, Location, as it is taken from the phone that did the set-up.`,
  ],
  power: ({ name, power }) => [
    `Power and batteries for the ${name}`,
    `Use ${power}. Weaker supplies work at first and fail under load, which looks like random restarts. Battery levels in the app are averages of a day and drop quickly in the cold. At fifteen per cent you get a message, at five per cent wireless features pause and only the basic function remains.`,
  ],
  pairing: ({ name }) => [
    `Pair the ${name} with a Lumen Hub`,
    `Put both within three metres for the pairing and afterwards wherever you like. In the app choose Hub, Add accessory, and confirm the six digits. The hub holds forty accessories. Error P-07 means that the accessory still belongs to another household: its previous owner has to remove it, since a reset alone does not release it.`,
  ],
  privacy: ({ name }) => [
    `What the ${name} stores about you`,
    `Activity is kept on the device for seven days and, if you turn on History, in your account for one year. Nothing is used for advertising. Settings, Privacy, Download prepares an archive within a day. Deleting the account removes all of it within thirty days, except invoices, which the law makes us keep.`,
  ],
  voice: ({ name }) => [
    `Use the ${name} with a voice assistant`,
    `Link the account in the assistant's own app, not in ours, and say "discover devices". Names must be unique within a room. If the assistant answers that the device does not respond while the app works, unlink and link once more: the permission expires after a password change.`,
  ],
  errors: ({ name, light }) => [
    `Error codes of the ${name}`,
    `E-10: sensor not read, restart the device. E-12: clock not set, open the app once near it. E-31: too hot, move it out of the sun and wait until ${light} is white again. E-44: internal memory worn, the device must be replaced and the warranty covers it. Codes that start with N are network codes, see the offline guide.`,
  ],
  warranty: ({ name }) => [
    `Warranty of the ${name}`,
    `The warranty lasts three years from delivery and covers faults in material and manufacture. It does not cover water inside a device meant for indoors, batteries, or damage from a supply that is too strong. Keep the serial number on the base: with it we can find the purchase even without the invoice. A replacement carries the rest of the warranty, at least six months.`,
  ],
};

/** The help centre: every guide for every product. */
export const articles: readonly Article[] = Object.entries(guides).flatMap(([subject, write]) =>
  products.map((product) => {
    const [title, body] = write(product);
    return { id: `${subject}-${product.sku.toLowerCase()}`, title, body };
  }),
);
