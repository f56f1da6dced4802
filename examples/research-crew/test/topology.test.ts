import { createChatModel } from '@entresol/example-load';
import { describe, expect, it } from 'vitest';
import { crewAgents } from '../src/agents.ts';
import { modelDirector } from '../src/model-director.ts';
import { createResearchCrew } from '../src/research-crew.ts';
import type { ResearchCrew } from '../src/research-crew.ts';

const createCrew = (): ResearchCrew =>
  createResearchCrew({
    model: createChatModel({ baseURL: 'http://engine.invalid/v1', apiKey: 'none', model: 'm' }),
    director: modelDirector(),
  });

type Drawing = Awaited<ReturnType<ResearchCrew['getGraphAsync']>>;

const drawn = ({ edges }: Drawing): ReadonlySet<string> =>
  new Set(edges.map(({ source, target }) => `${source} > ${target}`));

describe('the compiled graph', () => {
  it('declares every way through the crew and no other', async () => {
    const app = createCrew();
    expect(app.name).toBe('research-crew');
    expect(drawn(await app.getGraphAsync())).toEqual(
      new Set([
        '__start__ > router',
        'router > planner',
        'router > editor',
        'planner > searcher',
        'searcher > evidence',
        'evidence > fact-checker',
        'evidence > report',
        'fact-checker > report',
        'report > editor',
        'editor > __end__',
      ]),
    );
  });

  it('holds every agent at its path, the writer and the critic within the report', async () => {
    const nested = await createCrew().getGraphAsync({ xray: true });
    // The drawing joins the names of a subgraph by a colon.
    const nodes = Object.keys(nested.nodes);
    for (const agent of crewAgents) expect(nodes).toContain(agent.replace('/', ':'));
    expect(drawn(nested)).toContain('report:writer > report:critic');
    expect(drawn(nested)).toContain('report:critic > report:writer');
  });
});
