import { MastraAttachError } from '../errors.ts';
import { entriesOf, innerAgent, isAgent, isMastra, staticAgents } from '../mastra-shape.ts';
import { surveyModels } from './survey-model.ts';
import type { SurveyedModel } from './survey-model.ts';

export type { SurveyedModel } from './survey-model.ts';

/** What can be read of a Mastra application without running it. */
export interface AppSurvey {
  /** True when runs are stored, so that a step can wait for the user and a session can come back. */
  readonly hasStorage: boolean;
  readonly workflows: readonly string[];
  /** Of registered agents and those that they are known to delegate to. */
  readonly models: readonly SurveyedModel[];
}

/**
 * Reads an application: its workflows, and the models of its agents.
 * @throws {MastraAttachError} `not-mastra`
 */
export function surveyApp(app: unknown): AppSurvey {
  if (!isMastra(app)) {
    throw new MastraAttachError(
      'surveyApp() takes what new Mastra({ agents, workflows }) returned',
      {
        code: 'not-mastra',
        value: app,
      },
    );
  }
  const models: SurveyedModel[] = [];
  const seen = new Set<unknown>();
  const read = (above: string, value: unknown): void => {
    const agent = innerAgent(value);
    if (!isAgent(agent) || seen.has(agent)) return;
    seen.add(agent);
    const path = above === '' ? agent.id : `${above}/${agent.id}`;
    models.push(...surveyModels(path, agent.model));
    for (const [, inner] of entriesOf(staticAgents(agent))) read(path, inner);
  };
  const agents = Object.values(app.listAgents());
  for (const agent of agents) read('', agent);
  return {
    hasStorage: app.getStorage?.() !== undefined,
    workflows: Object.keys(app.listWorkflows()),
    models,
  };
}
