export { fileStateStore } from './file-state-store.ts';
