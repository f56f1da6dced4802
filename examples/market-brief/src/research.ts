import { nestedStep } from '@entresol/example-load/mastra';
import type { Agent } from '@mastra/core/agent';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import type { Step } from '@mastra/core/workflows';
import { z } from 'zod';
import type { Analyst } from './agents.ts';
import { said } from './conversation.ts';

/** Characters of an analyst's note. */
const noteLength = 220;

const scoped = z.object({ prompt: z.string(), fresh: z.boolean() });
const notes = z.object({ notes: z.string() });

interface Scoped {
  readonly prompt: string;
  /** Are fresh figures wanted? */
  readonly fresh: boolean;
}

interface Notes {
  readonly notes: string;
}

/** The two ways to notes: three analysts who look things up side by side, or none. */
export function createResearch(agents: Readonly<Record<Analyst, Agent>>): {
  readonly research: Step<'research', unknown, Scoped, Notes>;
  readonly recall: Step<'recall', unknown, Scoped, Notes>;
} {
  const research = createWorkflow({ id: 'research', inputSchema: scoped, outputSchema: notes })
    .map(async ({ inputData: { prompt } }) => ({ prompt }))
    .parallel([
      createStep(agents['demand-analyst']),
      createStep(agents['supply-analyst']),
      createStep(agents['risk-analyst']),
    ])
    .map(async ({ inputData }) => ({
      notes: Object.entries(inputData)
        .map(([name, { text }]) => `[${name}] ${said(text, noteLength)}`)
        .join('\n'),
    }))
    .commit();
  const recall = createStep({
    id: 'recall',
    inputSchema: scoped,
    outputSchema: notes,
    execute: async () => ({ notes: '' }),
  });
  return { research: nestedStep(research), recall };
}
