export { createConciergeLoad } from './concierge-load.ts';
