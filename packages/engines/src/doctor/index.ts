export { examineEngine } from './examine-engine.ts';
export type { ExamineEngineOptions } from './examine-engine.ts';
export type {
  EngineCheck,
  EngineCheckName,
  EngineExamination,
  EngineKind,
  Verdict,
} from './examination.ts';
export { startCommands } from './start-commands.ts';
