export { readTrace } from './read-trace.ts';
