import type { Good } from './goods.ts';

export interface NewsItem {
  readonly id: string;
  readonly good: Good;
  readonly title: string;
  readonly body: string;
}

const item = (id: string, good: Good, title: string, body: string): NewsItem => ({
  id,
  good,
  title,
  body,
});

/** What the exchange's gazette reported. */
export const news: readonly NewsItem[] = [
  item(
    'wheat-harvest',
    'hard wheat',
    'Harvest of hard wheat above the mean',
    'The harvest of hard wheat came to 1.9 million tonnes, seven per cent above the mean of five years. Rain in the last week took protein down to 11.6 per cent in the east. Mills pay a premium of fourteen crowns for lots above 12.5 per cent.',
  ),
  item(
    'wheat-rail',
    'hard wheat',
    'Rail works slow grain from Velm',
    'The line from Velm is closed on weekdays until March. Grain goes by lorry, which adds eleven crowns a tonne. The growers say that nothing was lost; two mills report deliveries that were nine days late.',
  ),
  item(
    'rye-distillers',
    'rye',
    'Distillers buy rye again',
    'Three distillers have come back to the rye market after two years on maize. They took 900 tonnes in the last quarter. Brokers expect that they stay as long as rye is below 240 crowns.',
  ),
  item(
    'oat-drinks',
    'oat flakes',
    'Oat drinks take a third of the flakes',
    'Makers of oat drinks bought a third of all flakes, against a fifth the year before. Karsholt runs its mill in three shifts. A second line is ordered and will not run before next autumn.',
  ),
  item(
    'rape-frost',
    'rapeseed oil',
    'Frost in the rape fields',
    'Frost in April cost the southern fields a tenth of their plants. Pressers have covered the gap from imports at a mark-up of thirty crowns. The crushing margin is at its lowest for four years.',
  ),
  item(
    'sugar-beet',
    'beet sugar',
    'Beets large and sweet',
    'Lower Tarn took in its largest beet crop since 2017, with 18.4 per cent of sugar. Its silos are full and it sells early. Buyers with a yearly contract have asked to speak about the price.',
  ),
  item(
    'butter-herds',
    'butter',
    'Smaller herds, dearer butter',
    'Herds in the valley are six per cent smaller than a year ago. Hedeby turns more milk into cheese, which pays better. In four weeks of the quarter it cut butter deliveries to 80 per cent.',
  ),
  item(
    'butter-import',
    'butter',
    'Tariff on foreign butter under review',
    'The ministry looks at the tariff of 190 crowns a tonne on foreign butter. Bakers asked for a pause of six months; dairies are against it. A decision is expected in the spring, and nobody will say which way.',
  ),
  item(
    'nut-frost',
    'hazelnuts',
    'Hazelnuts recover from the frost',
    'After the frost of April the hazelnut harvest fell by two fifths. Prices peaked in August. Since then buyers have turned to almonds, and stocks have grown although the harvest has not.',
  ),
  item(
    'apple-glut',
    'dried apples',
    'More dried apples than buyers',
    'Orchards dried what they could not sell fresh. Stocks last for more than a hundred days. Aske offers five per cent off for orders above twenty tonnes that are taken before June.',
  ),
  item(
    'honey-tests',
    'honey',
    'New tests for honey',
    'The inspectorate found syrup in nine of sixty samples of honey. Importers must now show a test for each lot, which costs 40 crowns a drum. Local apiaries say that they are sold out until July.',
  ),
  item(
    'yeast-molasses',
    'yeast',
    'Molasses makes yeast dearer',
    'Yeast follows molasses, which rose by a sixth as feed mills bought more of it. Fermenta raised its price twice. It has the only plant within two days of travel, and a strike there in May lasted six days.',
  ),
];
