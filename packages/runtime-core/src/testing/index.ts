export { ManualClock } from './manual-clock.ts';
export { countingIds, seededRandom } from './seeded-random.ts';
