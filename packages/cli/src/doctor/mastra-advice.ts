import type { AppSurvey, SurveyedModel } from '@entresol/mastra-adapter';
import type { Topology } from '@entresol/runtime-core';
import type { Advice } from './advice.ts';

/** What carries requests that use `globalThis.fetch`. */
const scoped = 'attach(mastra, runtime, { fetch: runtime.client().fetch })';

/** What is to be done about a Mastra app. */
export function adviseOnMastra(survey: AppSurvey, topology: Topology): readonly Advice[] {
  const advice = survey.models.flatMap(adviseOnModel);
  for (const agent of topology.unknownTargets) {
    advice.push({
      level: 'hint',
      finding: `whom "${agent}" delegates to is known only when it runs`,
      fix: 'give it its agents as an object; what runs show is learned otherwise',
    });
  }
  if (!survey.hasStorage) {
    advice.push({
      level: 'hint',
      finding: 'the app has no storage: no policy can ask a user before a step',
      fix: 'new Mastra({ storage })',
    });
  }
  return advice;
}

function adviseOnModel({ agent, model = '…', provider, client }: SurveyedModel): Advice[] {
  const name = provider === undefined ? model : `${provider} ${model}`;
  switch (client) {
    case 'runtime':
    case 'chosen':
      return [];
    case 'own':
      return [
        {
          level: 'broken',
          finding: `the model of "${agent}" (${name}) sends its requests past the runtime`,
          fix: 'make its provider with ...runtime.client(), in the place of its own fetch',
        },
      ];
    case 'global':
      return [
        {
          level: 'hint',
          finding: `the model of "${agent}" (${name}) has no client of a runtime`,
          fix: `make its provider with ...runtime.client(), or ${scoped}`,
        },
      ];
    case 'router':
      return [
        {
          level: 'hint',
          finding: `the model of "${agent}" (${name}) is made by Mastra, without a client of a runtime`,
          fix: scoped,
        },
      ];
    default:
      return unhandled(client);
  }
}

function unhandled(value: never): never {
  throw new TypeError(`unhandled client: ${String(value)}`);
}
