import { ToolMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { ToolInputParsingException, tool } from '@langchain/core/tools';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { keyedRandom } from '@entresol/example-load';
import type { Wait } from '@entresol/example-load';
import { z } from 'zod';
import { Archive, trimmed } from './archive.ts';
import type { CrewToolCall } from './director.ts';

/** Characters of a tool result that a searcher reads; the two best matches of a search fit whole. */
const resultLength = 560;

/** The spread of a real back end: a warm query to a slow third party, in milliseconds. */
const [fastestMs, slowestMs] = [20, 300];

type CallConfig = RunnableConfig & { readonly toolCall?: { readonly id?: string } };

/** The searchers' tools; each takes a time that the id of its call fixes. */
export function createCrewTools(wait: Wait): readonly StructuredToolInterface[] {
  const archive = new Archive();
  const answered = async (found: unknown, config: CallConfig): Promise<string> => {
    await wait(
      keyedRandom(0).between(fastestMs, slowestMs, 'tool-latency', config.toolCall?.id ?? ''),
      config.signal,
    );
    return trimmed(JSON.stringify(found), resultLength);
  };
  return [
    tool(
      ({ query }: { query: string }, config: CallConfig) =>
        answered(archive.search(query, 2), config),
      {
        name: 'search_archive',
        description:
          'Searches the articles of the archive and returns the best matches with an excerpt of each.',
        schema: z.object({ query: z.string().describe('Two to eight plain words.') }),
      },
    ),
    tool(
      ({ island }: { island: string }, config: CallConfig) =>
        answered(archive.statisticsOf(island), config),
      {
        name: 'island_statistics',
        description:
          'Residents, ferry passengers in thousands and tidal energy in GWh of one island by year.',
        schema: z.object({ island: z.string().describe('Callan, Brae or Aldery.') }),
      },
    ),
  ];
}

/**
 * Runs the tool a searcher asked for. A model may name a tool that does not exist or give it the
 * wrong arguments: it is told so and may try again.
 * @throws what the tool throws for any other reason
 */
export async function runCrewTool(
  tools: readonly StructuredToolInterface[],
  call: CrewToolCall,
  { id, config }: { readonly id: string; readonly config: RunnableConfig },
): Promise<ToolMessage> {
  const message = (content: string, status: 'success' | 'error'): ToolMessage =>
    new ToolMessage({ id, content, status, name: call.name, tool_call_id: call.id });
  const wanted = tools.find(({ name }) => name === call.name);
  if (!wanted) return message(`There is no tool named ${call.name}.`, 'error');
  try {
    const result: unknown = await wanted.invoke(
      { ...call, args: { ...call.args }, type: 'tool_call' },
      config,
    );
    return message(ToolMessage.isInstance(result) ? result.text : String(result), 'success');
  } catch (error) {
    if (error instanceof ToolInputParsingException)
      return message('The arguments do not fit the tool.', 'error');
    throw error;
  }
}
