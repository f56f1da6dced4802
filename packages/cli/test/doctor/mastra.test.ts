import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examineApp } from '../../src/doctor/examine-app.ts';
import { examinationText } from '../../src/doctor/examination-text.ts';
import { loadApp } from '../../src/doctor/load-app.ts';

const file = join(import.meta.dirname, 'apps', 'brief.ts');
const examine = async (exportName?: string) =>
  examineApp(await loadApp({ file, ...(exportName === undefined ? {} : { exportName }) }));

describe('the doctor before a Mastra app', () => {
  test('reads agents, edges, workflows and models, and finds the export by itself', async () => {
    const examination = await examine();
    expect(examination).toMatchObject({
      framework: 'mastra',
      workflows: ['brief'],
      hasStorage: true,
      models: [
        { agent: 'writer', provider: 'managed.chat', model: 'm', client: 'runtime' },
        { agent: 'editor', client: 'runtime' },
      ],
    });
    expect(
      examination.topology.edges.some(({ from, to }) => /writer/u.test(from) && /editor/u.test(to)),
    ).toBe(true);
    expect(examination.advice).toEqual([]);
  });

  test('finds each way past the runtime, and says how to change it', async () => {
    const { advice, ...examination } = await examine('past');
    expect(examination).toMatchObject({
      models: [
        { agent: 'own', client: 'own' },
        { agent: 'global', client: 'global' },
        { agent: 'router', model: 'openai/gpt-5', client: 'router' },
        { agent: 'chosen', client: 'chosen' },
        { agent: 'fallbacks', model: 'first', client: 'runtime' },
        { agent: 'fallbacks', model: 'second', client: 'global' },
      ],
    });
    const told = advice.map(
      ({ level, finding }) =>
        `${level} ${/"(?<agent>\w+)"/u.exec(finding)?.groups?.['agent'] ?? '-'}`,
    );
    expect(told).toEqual(['broken own', 'hint global', 'hint router', 'hint fallbacks']);
    expect(advice[2]?.fix).toContain('{ fetch: runtime.client().fetch }');
  });

  test('prints it', async () => {
    const printed = examinationText(await examine('past'));
    expect(printed).toContain('own: own.chat m, client: own');
    expect(printed).toContain('router: openai/gpt-5, client: router');
    expect(printed).toContain('BROKEN');
    expect(printed).toContain('Models that code calls show when it runs');
  });

  test('says so when the module has attached the app itself', async () => {
    await expect(examine('attached')).rejects.toMatchObject({
      code: 'attached',
      message: expect.stringContaining('attaches the app to a runtime of its own'),
    });
  });
});
