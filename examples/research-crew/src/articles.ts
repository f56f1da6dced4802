export interface Article {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** The archive of the Harrow Isles, an invented group of islands that lives on tides and ferries. */
export const articles: readonly Article[] = [
  {
    id: 'sound-turbines',
    title: 'The turbines of Merrow Sound',
    body: 'Eighteen tidal turbines stand in Merrow Sound, where the spring stream reaches four metres a second. They were set between 2011 and 2016 on gravity bases, since the bed is bare rock. Blades are cleaned of mussels every second summer, and output falls by about six per cent in the year between.',
  },
  {
    id: 'cable-north',
    title: 'The northern cable',
    body: 'A single 33 kV cable joins Stroma Head to Aldery. It was damaged by a dragging anchor in 2019 and Aldery ran on diesel for eleven weeks. Since then anchoring is forbidden within half a mile, and a second cable has been planned but not paid for.',
  },
  {
    id: 'ferry-timetable',
    title: 'Why the ferry waits for the tide',
    body: 'The bar at Port Callan has only two metres at low water springs. Ferries therefore sail by a table that moves with the tide, and the school day on Aldery moves with it. A dredged channel was refused in 2014 because it would have weakened the stream at the turbines.',
  },
  {
    id: 'battery-barge',
    title: 'The battery barge',
    body: 'A barge with nine megawatt hours of batteries lies at Port Callan. It carries the islands through slack water, which lasts between twenty and fifty minutes. Its cells were second-hand from buses and a third of them were replaced in 2022.',
  },
  {
    id: 'kelp-farms',
    title: 'Kelp in the lee of the piles',
    body: 'Kelp farms use the slack behind the old pier of Brae. Farmers say that growth doubled after the turbines came; the marine station found no difference from the control site over three seasons and thinks that a run of cold springs is the cause.',
  },
  {
    id: 'population',
    title: 'Who lives on the isles',
    body: 'The census counts every resident on the first Sunday of April. Callan grew while Brae lost people to it, mostly families with children of school age. Aldery is steady because houses there may not be sold as second homes since 2009.',
  },
  {
    id: 'seal-survey',
    title: 'Seals and blades',
    body: 'Tags on forty seals showed that they swim around the turbine field at full stream and cross it at slack water. No strike was recorded in six years. The survey warns that it says little about porpoises, which could not be tagged.',
  },
  {
    id: 'electric-ferry',
    title: 'The electric ferry Wren',
    body: 'The Wren crosses from Callan to Brae on batteries since 2020. It charges for seven minutes at each call. In winter gales it is replaced by the diesel Heron, on about thirty days a year, which the first plan had put at ten.',
  },
  {
    id: 'tariff',
    title: 'The tide tariff',
    body: 'Households pay half price in the three hours around full stream. Most bought storage heaters and timers, and the evening peak fell by a fifth. Tenants gained less, as landlords seldom replaced the heaters.',
  },
  {
    id: 'marine-station',
    title: 'The marine station at Brae',
    body: 'The station was founded in 1968 to count herring. It keeps the tide gauge with the longest unbroken record of the region. Its data are free, but the years before 1983 are on paper and have been copied only in part.',
  },
  {
    id: 'harbour-dues',
    title: 'Harbour dues and who pays them',
    body: 'Dues are charged by length for yachts and by passenger for ferries. They pay for the lights and the breakwater of Port Callan. Fishing boats under ten metres are exempt, which the harbour board has twice tried to end.',
  },
  {
    id: 'storm-2018',
    title: 'The storm of January 2018',
    body: 'The storm broke the breakwater of Port Callan in two places and tore one turbine from its base. Ferries stood still for nine days. The repairs raised the breakwater by eighty centimetres and cost more than the first two turbines.',
  },
];

export interface IslandYear {
  readonly island: string;
  readonly year: number;
  readonly residents: number;
  /** Thousands. */
  readonly ferryPassengers: number;
  /** Gigawatt hours generated. */
  readonly tidalGwh: number;
}

const row = (
  island: string,
  year: number,
  residents: number,
  ferryPassengers: number,
  tidalGwh: number,
): IslandYear => ({ island, year, residents, ferryPassengers, tidalGwh });

export const islandYears: readonly IslandYear[] = [
  row('Callan', 2018, 2140, 188, 21.4),
  row('Callan', 2020, 2205, 121, 24.9),
  row('Callan', 2022, 2290, 204, 26.2),
  row('Callan', 2024, 2362, 219, 25.8),
  row('Brae', 2018, 910, 96, 3.1),
  row('Brae', 2020, 872, 74, 3.3),
  row('Brae', 2022, 841, 109, 3.2),
  row('Brae', 2024, 829, 117, 3.4),
  row('Aldery', 2018, 388, 41, 0),
  row('Aldery', 2020, 391, 27, 0.8),
  row('Aldery', 2022, 386, 44, 1.9),
  row('Aldery', 2024, 393, 46, 2.1),
];
