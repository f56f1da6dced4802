import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examineApp } from '../../src/doctor/examine-app.ts';
import { examinationText } from '../../src/doctor/examination-text.ts';
import { loadApp } from '../../src/doctor/load-app.ts';
import { doctor } from './run-command.ts';

const file = join(import.meta.dirname, 'apps', 'desk.ts');

const examine = async (exportName: string) => examineApp(await loadApp({ file, exportName }));

describe('the doctor', () => {
  test('reads agents, edges, subgraphs, tools and models, and has nothing to say of a sound app', async () => {
    expect(await examine('app')).toMatchObject({
      workload: 'desk',
      topology: {
        agents: ['triage', 'research/model_request'],
        unknownTargets: [],
      },
      subgraphs: ['research'],
      tools: [{ node: 'research/tools', tool: 'look' }],
      opaque: ['triage', 'research/model_request'],
      advice: [],
    });
  });

  test('finds a model that goes past the runtime, and says how to change that', async () => {
    const { models, advice } = await examine('agent');
    expect(models).toEqual([
      { node: 'model_request', class: 'ChatOpenAI', model: 'm', client: 'own' },
    ]);
    expect(advice[0]).toMatchObject({
      level: 'broken',
      fix: expect.stringContaining('instrumentModel(model, runtime)'),
    });
    expect(advice.map(({ level }) => level)).toEqual(['broken', 'hint', 'hint']);
  });

  test('lets the middleware bring the client', async () => {
    const { advice, ...examination } = await examine('sound');
    expect(examination).toMatchObject({ framework: 'langgraph', hasMiddleware: true });
    expect(advice.filter(({ level }) => level === 'broken')).toEqual([]);
  });

  test('finds a model that is only a name', async () => {
    const { advice } = await examine('named');
    expect(advice[0]).toMatchObject({ level: 'broken' });
    expect(advice[0]?.finding).toContain('openai:gpt-5');
  });

  test('names the nodes of which nobody can say where they lead', async () => {
    const { advice } = await examine('open');
    expect(advice).toMatchObject([{ level: 'hint', finding: expect.stringContaining('triage') }]);
  });

  test.each([
    ['builder', /\.compile\(\)/u],
    ['nothing', /got a number/u],
  ])('refuses %s, which is no graph', async (name, message) => {
    await expect(examine(name)).rejects.toMatchObject({
      code: 'not-an-app',
      message: expect.stringMatching(message),
    });
  });

  test('prints what to do below what it read', async () => {
    const printed = examinationText(await examine('agent'));
    expect(printed).toContain('model_request: ChatOpenAI m, client: own');
    expect(printed.indexOf('BROKEN')).toBeGreaterThan(printed.indexOf('nodes of code'));
    expect(examinationText(await examine('app'))).toContain('Nothing to do.');
  });
});

describe('the command', { timeout: 60_000 }, () => {
  test('answers in JSON alone, and ends although the app would not', async () => {
    const { code, out, err } = await doctor('--app', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ workload: 'desk', advice: [] });
    expect(err).toContain('the module says hello');
  });

  test('ends with 1 when something is broken, 2 on a mistake', async () => {
    const [broken, absent, noApp] = await Promise.all([
      doctor('--app', `${file}#agent`),
      doctor('--app', '/absent.ts'),
      doctor(),
    ]);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain('BROKEN');
    expect(absent).toMatchObject({ code: 2, out: '' });
    expect(absent.err).toContain('/absent.ts');
    expect(noApp).toMatchObject({ code: 2, out: '' });
    expect(noApp.err).toContain('doctor --help');
  });

  test('says in its help that running the app is the app’s business', async () => {
    const { code, out } = await doctor('--help');
    expect(code).toBe(0);
    expect(out).toContain('attach(app, runtime).report()');
  });
});
