import { benchBodies } from './overhead/bodies.ts';
import { benchDecisions } from './overhead/decisions.ts';
import { benchIdentities } from './overhead/identities.ts';
import { benchNodes } from './overhead/nodes.ts';
import { benchScoreRefresh } from './overhead/score-refresh.ts';
import { machineLine } from './machine.ts';

console.log(machineLine());
await benchNodes();
await benchIdentities();
await benchDecisions();
await benchScoreRefresh();
await benchBodies();
