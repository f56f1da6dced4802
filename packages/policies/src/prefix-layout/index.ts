export { prefixLayout } from './prefix-layout.ts';
export type { PrefixLayout, PrefixLayoutFigures } from './prefix-layout.ts';
export type { PrefixLayoutOptions } from './options.ts';
export type { ChangedPart, PartChange, PrefixDrift } from './drift.ts';
export type { ToolOrder } from './stable-tools.ts';
export type { NameTool } from './tool-aliases.ts';
