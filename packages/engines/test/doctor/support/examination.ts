import { seededRandom } from '@entresol/runtime-core/testing';
import {
  examineEngine,
  type EngineCheckName,
  type EngineExamination,
} from '../../../src/doctor/index.ts';
import { FakeVLLM } from '../../vllm/support/fake-vllm.ts';
import { inOrder } from './proxies.ts';

export const smallerFirst = (a: number, b: number): number => a - b;
export const largerFirst = (a: number, b: number): number => b - a;
export const soundVLLM = (): typeof fetch => inOrder(new FakeVLLM().fetch, smallerFirst);

export async function examine(
  fetch: typeof globalThis.fetch,
  options: Partial<Parameters<typeof examineEngine>[0]> = {},
): Promise<EngineExamination> {
  return examineEngine({
    baseURL: 'http://127.0.0.1:8000/v1',
    fetch,
    random: seededRandom(7),
    ...options,
  });
}

export const findings = (
  { checks }: EngineExamination,
  name: EngineCheckName,
): object | undefined => checks.find(({ check }) => check === name);

export const broken = ({ checks }: EngineExamination): readonly string[] =>
  checks.flatMap(({ check, verdict }) => (verdict === 'broken' ? [check] : []));

export const last = ({ checks }: EngineExamination): object | undefined => checks.at(-1);
