import type { ToolMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { articles, islandYears } from '../src/articles.ts';
import { createCrewTools, runCrewTool } from '../src/tools.ts';

const tools = createCrewTools(async (_ms, signal) => signal?.throwIfAborted());

const ask = (
  name: string,
  args: Readonly<Record<string, unknown>>,
  signal = new AbortController().signal,
): Promise<ToolMessage> =>
  runCrewTool(tools, { id: 'call_1', name, args }, { id: 'message', config: { signal } });

describe('crew tools', () => {
  it.each(articles)('finds the article $id by its title', async ({ id, title }) => {
    const found = await ask('search_archive', { query: title });
    expect(found).toMatchObject({ status: 'success', tool_call_id: 'call_1' });
    const [best]: readonly { id: string; title: string }[] = JSON.parse(found.text);
    expect(best).toMatchObject({ id, title });
  });

  it('finds an article by words of its body, though one is misspelt', async () => {
    const found = await ask('search_archive', { query: 'dragging anchr diesel' });
    const [best]: readonly { id: string }[] = JSON.parse(found.text);
    expect(best?.id).toBe('cable-north');
  });

  it('finds nothing for words that no article has', async () => {
    expect((await ask('search_archive', { query: 'zeppelin' })).text).toBe('[]');
  });

  it('reads the statistics of one island from the database, by year', async () => {
    const found = await ask('island_statistics', { island: 'brae' });
    expect(JSON.parse(found.text)).toEqual(
      islandYears
        .filter(({ island }) => island === 'Brae')
        .map(({ island, year, residents, ferryPassengers, tidalGwh }) => ({
          island,
          year,
          residents,
          ferry_passengers: ferryPassengers,
          tidal_gwh: tidalGwh,
        })),
    );
  });

  it('takes the name of an island for a name and nothing else', async () => {
    expect((await ask('island_statistics', { island: "Brae' OR '1'='1" })).text).toBe('[]');
  });

  it('answers wrong arguments and an unknown tool instead of failing', async () => {
    expect(await ask('island_statistics', { name: 1 })).toMatchObject({ status: 'error' });
    expect(await ask('delete_everything', {})).toMatchObject({ status: 'error' });
  });

  it('takes a time that the id of the call alone fixes, and passes the signal on', async () => {
    const waits: [ms: number, signal: AbortSignal | undefined][] = [];
    const timed = createCrewTools(async (ms, signal) => void waits.push([ms, signal]));
    const { signal } = new AbortController();
    for (const [id, island] of [
      ['call_7', 'Brae'],
      ['call_7', 'Callan'],
      ['call_8', 'Brae'],
    ] as const) {
      const call = { id, name: 'island_statistics', args: { island } };
      await runCrewTool(timed, call, { id: 'message', config: { signal } });
    }
    const [first, again, other] = waits;
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    for (const [ms, passed] of waits) {
      expect(passed).toBe(signal);
      expect(ms).toBeGreaterThanOrEqual(20);
      expect(ms).toBeLessThanOrEqual(300);
    }
  });

  it('does not hide an abort behind a tool message', async () => {
    await expect(ask('island_statistics', { island: 'Brae' }, AbortSignal.abort())).rejects.toThrow(
      'abort',
    );
  });
});
