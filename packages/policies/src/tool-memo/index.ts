export { toolMemo } from './tool-memo.ts';
export type { ToolMemo, ToolMemoFigures } from './tool-memo.ts';
export type { MemoTool, ToolMemoOptions } from './options.ts';
