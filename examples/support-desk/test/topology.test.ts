import { describe, expect, it } from 'vitest';
import { createSupportDesk, deskTopologyFacts, modelDirector } from '../src/index.ts';
import { modelOn } from './desk-run.ts';
import { RecordingEngine } from './recording-engine.ts';

describe('deskTopologyFacts', () => {
  it('are the edges of the compiled graph', async () => {
    const app = createSupportDesk({
      model: modelOn(new RecordingEngine({ sessions: [] })),
      director: modelDirector(),
    });
    expect(app.name).toBe('support-desk');
    const plain = await app.getGraphAsync();
    const nested = await app.getGraphAsync({ xray: true });
    const drawn = (graph: typeof plain): ReadonlySet<string> =>
      new Set(graph.edges.map(({ source, target }) => `${source} > ${target}`));

    const facts = deskTopologyFacts.edges.map(([from, to]) => `${from} > ${to}`);
    const root = facts.filter((edge) => !edge.includes('reply/'));
    expect(drawn(plain)).toEqual(new Set(root));
    // The drawing joins the names of a subgraph by a colon and leaves out its start and end.
    expect(drawn(nested)).toContain('reply:draft > reply:review');
    expect(drawn(nested)).toContain('reply:review > reply:draft');
    for (const agent of deskTopologyFacts.agents) {
      expect(Object.keys(nested.nodes)).toContain(agent.replace('/', ':'));
    }
  });
});
