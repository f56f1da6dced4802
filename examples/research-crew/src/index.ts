export { createResearchCrewLoad } from './crew-load.ts';
