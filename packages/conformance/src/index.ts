export { describeEngineDriver } from './engine-driver/describe-engine-driver.ts';
export type {
  DriverAbility,
  DriverConformanceOptions,
  Lacks,
} from './engine-driver/describe-engine-driver.ts';
