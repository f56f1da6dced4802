import type { GraphSurvey, SurveyedModel } from '@entresol/langgraph-adapter';
import type { Topology } from '@entresol/runtime-core';
import type { Advice } from './advice.ts';

/** What is to be done about a graph. */
export function adviseOnGraph(survey: GraphSurvey, topology: Topology): readonly Advice[] {
  const advice = survey.models.flatMap((model) => adviseOnModel(model, survey));
  for (const agent of topology.unknownTargets) {
    advice.push({
      level: 'hint',
      finding: `where "${agent}" leads is known only when it runs`,
      fix: `give addConditionalEdges("${agent}", …) a path map, or the node its \`ends\``,
    });
  }
  if (!survey.isNamed) {
    advice.push({
      level: 'hint',
      finding: 'the graph has no name: what is learned is lost when its shape changes',
      fix: 'compile({ name: "support-desk" }), createAgent({ name }) or attach(app, runtime, { id })',
    });
  }
  if (!survey.hasCheckpointer) {
    advice.push({
      level: 'hint',
      finding: 'the graph has no checkpointer: no policy can ask a user',
      fix: 'compile({ checkpointer }), unless the graph around it has one',
    });
  }
  return advice;
}

function adviseOnModel(
  { node, class: kind, model = '…', client }: SurveyedModel,
  { hasMiddleware }: GraphSurvey,
): Advice[] {
  const finding = `the ${kind} of "${node}" sends its requests past the runtime`;
  switch (client) {
    case 'runtime':
      return [];
    case 'own':
      if (hasMiddleware) return [];
      return [
        {
          level: 'broken',
          finding,
          fix: `new ${kind}({ model: "${model}", ${clientField(kind)} }), or instrumentModel(model, runtime)`,
        },
      ];
    case 'named':
      return [
        {
          level: 'broken',
          finding: `the model of "${node}" is only a name ("${model}"): its requests go past the runtime`,
          fix: 'pass new ChatOpenAI({ model, configuration: runtime.client() })',
        },
      ];
    case 'unreachable':
      return [
        {
          level: 'broken',
          finding,
          fix: `${kind} is of neither the ChatOpenAI nor the ChatAnthropic family; use ChatOpenAI with runtime.client() against an OpenAI-compatible API`,
        },
      ];
    default:
      return unreachable(client);
  }
}

/** Where a model takes the runtime's client. */
function clientField(kind: string): string {
  return kind.includes('Anthropic')
    ? 'clientOptions: { fetch: runtime.client().fetch }'
    : 'configuration: runtime.client()';
}

function unreachable(value: never): never {
  throw new TypeError(`unhandled client: ${String(value)}`);
}
