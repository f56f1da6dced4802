import { attach as attachGraph, surveyGraph } from '@entresol/langgraph-adapter';
import type { GraphSurvey } from '@entresol/langgraph-adapter';
import { attach as attachMastra, isMastra, surveyApp } from '@entresol/mastra-adapter';
import type { AppSurvey } from '@entresol/mastra-adapter';
import { createRuntime, EntresolError } from '@entresol/runtime-core';
import type { Attachment, Runtime, Topology } from '@entresol/runtime-core';
import type { Advice } from './advice.ts';
import { DoctorError } from './doctor-error.ts';
import { adviseOnGraph } from './graph-advice.ts';
import { adviseOnMastra } from './mastra-advice.ts';
import { silentEngine } from './silent-engine.ts';

interface Examined {
  readonly workload: string;
  readonly topology: Topology;
  readonly advice: readonly Advice[];
}

interface GraphExamination extends Examined, GraphSurvey {
  readonly framework: 'langgraph';
}

interface MastraExamination extends Examined, AppSurvey {
  readonly framework: 'mastra';
}

/** What the doctor found. Plain JSON. */
export type Examination = GraphExamination | MastraExamination;

/**
 * Attaches an app to a runtime that only observes, reads it, and detaches. Nothing of the app is run.
 * @throws {DoctorError} `not-an-app`, or `attached` when the module has attached it to a runtime of its own
 */
export async function examineApp(app: unknown): Promise<Examination> {
  const runtime = createRuntime({ engines: silentEngine() });
  try {
    await runtime.ready;
    return isMastra(app) ? examineMastra(app, runtime) : examineGraph(app, runtime);
  } finally {
    await runtime.close();
  }
}

function examineMastra(app: object, runtime: Runtime): MastraExamination {
  const survey = surveyApp(app);
  const read = readAttached(() => attachMastra(app, runtime));
  return { framework: 'mastra', ...read, ...survey, advice: adviseOnMastra(survey, read.topology) };
}

function examineGraph(app: unknown, runtime: Runtime): GraphExamination {
  const survey = surveyOf(app);
  const read = readAttached(() => attachGraph(Object(app), runtime));
  return {
    framework: 'langgraph',
    ...read,
    ...survey,
    advice: adviseOnGraph(survey, read.topology),
  };
}

function readAttached(attach: () => Attachment): Pick<Examined, 'workload' | 'topology'> {
  let attachment: Attachment;
  try {
    attachment = attach();
  } catch (cause) {
    if (!(cause instanceof EntresolError) || cause.code !== 'attached-elsewhere') throw cause;
    throw new DoctorError(
      'the module attaches the app to a runtime of its own; attach it elsewhere, or ask that attachment for its topology() and report()',
      { code: 'attached', value: cause.value, cause },
    );
  }
  const topology = attachment.topology();
  attachment.detach();
  return { workload: attachment.workload, topology };
}

function surveyOf(app: unknown): GraphSurvey {
  try {
    return surveyGraph(app);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const message = `${cause.message.replace('attach() takes', 'the doctor looks at')}; of Mastra, at what new Mastra({ agents, workflows }) returned`;
    throw new DoctorError(message, { code: 'not-an-app', value: typeof app, cause });
  }
}
