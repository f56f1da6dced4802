import { attach, surveyGraph } from '@entresol/langgraph-adapter';
import type { GraphSurvey } from '@entresol/langgraph-adapter';
import { createRuntime } from '@entresol/runtime-core';
import type { Topology } from '@entresol/runtime-core';
import { adviseOn } from './advice.ts';
import type { Advice } from './advice.ts';
import { DoctorError } from './doctor-error.ts';
import { silentEngine } from './silent-engine.ts';

/** What the doctor found. Plain JSON. */
export interface Examination extends GraphSurvey {
  readonly workload: string;
  readonly topology: Topology;
  readonly advice: readonly Advice[];
}

/**
 * Attaches an app to a runtime that only observes, reads it, and detaches. Nothing of the app is run.
 * @throws {DoctorError} `not-a-graph`
 */
export async function examineApp(app: unknown): Promise<Examination> {
  const runtime = createRuntime({ engines: silentEngine() });
  try {
    await runtime.ready;
    const survey = surveyOf(app);
    const attachment = attach(Object(app), runtime);
    const topology = attachment.topology();
    attachment.detach();
    const advice = adviseOn(survey, topology);
    return { workload: attachment.workload, topology, ...survey, advice };
  } finally {
    await runtime.close();
  }
}

function surveyOf(app: unknown): GraphSurvey {
  try {
    return surveyGraph(app);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const message = cause.message.replace('attach() takes', 'the doctor looks at');
    throw new DoctorError(message, { code: 'not-a-graph', value: typeof app, cause });
  }
}
