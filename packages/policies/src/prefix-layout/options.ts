import type { PolicyMode } from '@entresol/runtime-core';
import {
  checkFunctions,
  checkMode,
  checkNames,
  checkOneOf,
} from '@entresol/runtime-core/option-checks';
import type { PrefixDrift } from './drift.ts';
import type { ToolOrder } from './stable-tools.ts';
import type { NameTool } from './tool-aliases.ts';

export interface PrefixLayoutOptions {
  readonly mode?: PolicyMode;
  /** When tools go by name and their schemas by RFC 8785. Default `once-changed`: an app that lists them one way is left as it is. */
  readonly toolOrder?: ToolOrder;
  /**
   * Name of a tool on the wire, for frameworks that make a new one up at every call (`extract-1`, `extract-2`). The app
   * sees its own names. Undefined: names are left alone.
   */
  readonly toolNames?: NameTool;
  /**
   * Permission to move: what these match in the system prompt goes to the end of the last message. Dates, ids, retrieved
   * memory. Undefined: text is left alone.
   */
  readonly volatile?: readonly RegExp[];
  /** Hears of each changed part of an agent's prompts once; {@link PrefixLayout.drifts} counts the rest. */
  readonly onDrift?: (drift: PrefixDrift) => void;
}

const orders: readonly string[] = ['by-name', 'once-changed', 'untouched'] satisfies ToolOrder[];

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: PrefixLayoutOptions): void {
  checkNames(options, ['mode', 'toolOrder', 'toolNames', 'volatile', 'onDrift']);
  const { mode, toolOrder, toolNames, volatile = [], onDrift } = options;
  checkMode(mode);
  checkOneOf('toolOrder', toolOrder, orders);
  checkFunctions({ toolNames, onDrift });
  if (!Array.isArray(volatile)) {
    throw new RangeError(`volatile must be a list of regular expressions, got ${String(volatile)}`);
  }
  for (const [at, pattern] of volatile.entries()) {
    if (!(pattern instanceof RegExp)) {
      throw new RangeError(`volatile[${at}] must be a regular expression, got ${String(pattern)}`);
    }
    if (''.replace(pattern, 'x') !== '') {
      throw new RangeError(
        `volatile[${at}] matches an empty text: ${String(pattern)}; let it match what is to move`,
      );
    }
  }
}
