export { describeEngineDriver } from './engine-driver/describe-engine-driver.ts';
export type {
  DriverAbility,
  DriverConformanceOptions,
  Lacks,
} from './engine-driver/describe-engine-driver.ts';
export { describeFrameworkAdapter } from './framework-adapter/describe-framework-adapter.ts';
export type {
  AppName,
  BuildOptions,
  BuiltApp,
  FrameworkSubject,
  Mode,
  RunInput,
} from './framework-adapter/subject.ts';
export { markdownTable } from './outcome-table.ts';
