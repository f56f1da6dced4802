export { langGraphStore } from './memo-store.ts';
export type { BaseStoreLike, MemoStore } from './memo-store.ts';
export type { SharedMemoOptions } from './shared-memo.ts';
export { toolMemo } from './tool-memo.ts';
export type { ToolMemo, ToolMemoFigures } from './tool-memo.ts';
export type { MemoTool, ToolMemoOptions } from './options.ts';
