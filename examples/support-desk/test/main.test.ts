import { fileURLToPath } from 'node:url';
import { describeProgram } from '../../load/test/describe-program.ts';

describeProgram(fileURLToPath(new URL('../src/main.ts', import.meta.url)), 'desk-0001');
