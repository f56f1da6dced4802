export { createMarketBriefLoad } from './brief-load.ts';
