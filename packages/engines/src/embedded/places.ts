import type { EngineView } from '../slot-manager/engine-view.ts';
import { calibrateSizes } from './calibration.ts';
import type { EmbeddedOptions } from './options.ts';
import { HostPromptCache } from './placement/host-prompt-cache.ts';
import { LlamaServerPlacement } from './placement/llama-server-placement.ts';
import type { Placement } from '../slot-manager/placement/placement.ts';
import { RuntimePlacement } from '../slot-manager/placement/runtime-placement.ts';
import type { Content } from '../slot-manager/slots/content.ts';
import type { SlotTable } from '../slot-manager/slots/slot-table.ts';
import { Bandwidth } from './tier/bandwidth.ts';
import { StateFiles } from './tier/state-files.ts';
import { StateFolder } from './tier/state-folder.ts';
import { createRankedTier } from '../slot-manager/tier/ranked-tier.ts';
import type { StateTier } from '../slot-manager/tier/state-tier.ts';

export const defaultTierBytes: number = 64 * 2 ** 20;

/** Where prompts can lie and who chooses. */
export interface Places {
  readonly placement: Placement;
  /** Undefined without a second tier, and under llama-server's rules. */
  readonly tier: StateTier | undefined;
  /** Whatever keeps saved states. */
  readonly saved: { readonly bytes: number; longestShare(wanted: Content): number } | undefined;
  close(): Promise<void>;
}

export async function arrangePlaces(
  options: EmbeddedOptions,
  view: EngineView,
  table: SlotTable,
  slotTokens: number,
): Promise<Places> {
  const maxBytes = options.tierBytes ?? defaultTierBytes;
  const folder = maxBytes > 0 ? await StateFolder.create(options.tierFolder) : undefined;
  const close = async (): Promise<void> => folder?.remove();
  const [first] = table.slots;
  try {
    if (folder !== undefined && first !== undefined) {
      await calibrateSizes(first.sequence, folder.path, view.cost);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const bandwidth = bandwidthOf(options, view);
  if (bandwidth !== undefined) view.cost.limitLoads((bytes) => bandwidth.transferMs(bytes));
  const files = folder && new StateFiles(folder, bandwidth);
  if (options.management === 'llama-server') {
    const cache = files && new HostPromptCache(view, files, maxBytes);
    return {
      placement: new LlamaServerPlacement(table, cache),
      tier: undefined,
      saved: cache,
      close,
    };
  }
  // Prompts of tenants go to disk only for somebody who asked for a second tier.
  const savesNamespaces = options.tierBytes !== undefined;
  const tier = files && createRankedTier({ view, table, files, maxBytes, savesNamespaces });
  return {
    placement: new RuntimePlacement({ view, table, tier, slotTokens }),
    tier,
    saved: tier,
    close,
  };
}

function bandwidthOf(options: EmbeddedOptions, { clock }: EngineView): Bandwidth | undefined {
  const { tierBytesPerSecond: bytesPerSecond, tierWait: wait } = options;
  if (bytesPerSecond === undefined) return undefined;
  return new Bandwidth({ bytesPerSecond, clock, ...(wait === undefined ? {} : { wait }) });
}
