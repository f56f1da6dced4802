import type { CaseGroup } from '../suite-case.ts';
import { attribution } from './attribution.ts';
import { causes } from './causes.ts';
import { callDirectives } from './call-directives.ts';
import { directives } from './directives.ts';
import { enrichment } from './enrichment.ts';
import { failures } from './failures.ts';
import { order } from './order.ts';
import { sessions } from './sessions.ts';
import { transparency } from './transparency.ts';

/** All cases, in the order of the table. */
export const groups: readonly CaseGroup[] = [
  order,
  causes,
  attribution,
  enrichment,
  failures,
  sessions,
  directives,
  callDirectives,
  transparency,
];
