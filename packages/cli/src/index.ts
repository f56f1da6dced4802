export type {
  ArmReport,
  ArmsReport,
  EngineReport,
  MachineReport,
  PredictionReport,
  ReportDocument,
  TtftReport,
  WorkloadReport,
} from './report/report-document.ts';
