import type { ShapeGroup } from '../shape.ts';
import { agents } from './agents.ts';
import { failures } from './failures.ts';
import { flows } from './flows.ts';
import { lifetimes } from './lifetimes.ts';
import { models } from './models.ts';
import { streams } from './streams.ts';
import { subgraphs } from './subgraphs.ts';
import { threads } from './threads.ts';

/** Every shape of the table, in its order. */
export const groups: readonly ShapeGroup[] = [
  { title: 'Agents', shapes: agents },
  { title: 'Control flow', shapes: flows },
  { title: 'Subgraphs and the functional API', shapes: subgraphs },
  { title: 'Threads and time', shapes: threads },
  { title: 'Failures and early ends', shapes: failures },
  { title: 'Streams and batches', shapes: streams },
  { title: 'Models and requests', shapes: models },
  { title: 'Graphs over time', shapes: lifetimes },
];
