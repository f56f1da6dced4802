import type { CaseGroup } from '../suite-case.ts';
import { attribution } from './attribution.ts';
import { causes } from './causes.ts';
import { order } from './order.ts';

/** All cases, in the order of the table. */
export const groups: readonly CaseGroup[] = [order, causes, attribution];
