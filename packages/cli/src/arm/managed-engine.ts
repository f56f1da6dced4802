import { llamaServer } from '@entresol/engines/llama-server';
import { vllm } from '@entresol/engines/vllm';
import type { EngineDriver } from '@entresol/runtime-core';
import type { EngineReport } from '../report/report-document.ts';
import type {
  EngineCounters,
  ManagedLlamaServer,
  ManagedServerTarget,
  ManagedVLLM,
} from './arm-messages.ts';

/** Length at which `reloadToRecompute` is stated. */
const ratioTokens = 2_000;

/** A driver with what a report says of its engine; the reports only once it is open. */
interface ManagedEngine {
  readonly driver: EngineDriver;
  readonly report: () => EngineReport;
  readonly counters: () => EngineCounters;
}

export function openManagedEngine(target: ManagedServerTarget): ManagedEngine {
  return target.engine === 'vllm' ? openVLLM(target) : openLlamaServer(target);
}

function openLlamaServer(target: ManagedLlamaServer): ManagedEngine {
  const { baseURL, stateBytes, stateFolder, weights } = target;
  const driver = llamaServer({ baseURL, stateBytes, stateFolder });
  return {
    driver,
    report() {
      const { name, version = null, model, slots, contextTokens, stateBytes: kept } = driver.info();
      const { cost } = driver;
      const ratio = cost.loadMs(ratioTokens, 'disk') / cost.computeMs(0, ratioTokens);
      return {
        name,
        version,
        model,
        weights,
        device: null,
        slots,
        contextTokens,
        tierBytes: kept,
        reloadToRecompute: Number.isFinite(ratio) ? ratio : null,
      };
    },
    counters: () => driver.stats(),
  };
}

function openVLLM({ baseURL, weights }: ManagedVLLM): ManagedEngine {
  const driver = vllm({ baseURL, exclusive: true, priority: true });
  return {
    driver,
    report() {
      const { version = null, model } = driver.info();
      return {
        name: 'vllm',
        version,
        model,
        weights,
        device: null,
        slots: null,
        contextTokens: null,
        tierBytes: null,
        reloadToRecompute: null,
      };
    },
    counters() {
      const { requests: _requests, ...counters } = driver.stats();
      return { ...counters, cachedByTier: { device: counters.cachedTokens, disk: 0 } };
    },
  };
}
