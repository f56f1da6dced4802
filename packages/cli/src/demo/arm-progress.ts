import type { ArmMessage, ArmResult } from '../arm/arm-messages.ts';
import type { ArmState } from '../terminal/progress-state.ts';

/** What a message of an arm's process shows on its way. */
export function progressOf(
  message: Extract<ArmMessage, { type: 'progress' }>,
): Pick<ArmState, 'done' | 'agent' | 'hitRate'> {
  const { done, agent, promptTokens, cachedTokens } = message;
  return {
    done,
    ...(agent === undefined ? {} : { agent }),
    ...(cachedTokens === undefined || promptTokens === 0
      ? {}
      : { hitRate: cachedTokens / promptTokens }),
  };
}

export function hitRateOf({ counters }: ArmResult): Pick<ArmState, 'hitRate'> {
  return counters === undefined || counters.promptTokens === 0
    ? {}
    : { hitRate: counters.cachedTokens / counters.promptTokens };
}
