export { createCodeHelperLoad } from './helper-load.ts';
