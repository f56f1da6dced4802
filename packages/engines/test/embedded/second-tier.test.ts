import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StateFolder, sweepStateFolders } from '../../src/embedded/tier/state-folder.ts';
import {
  ask,
  openForTest,
  systemOf,
  userSays,
  type Answer,
  type Message,
  type UnderTest,
} from './support/engine-under-test.ts';

const filesOf = async ({ folder }: UnderTest): Promise<string[]> => {
  const [inner] = await readdir(folder);
  return inner === undefined
    ? []
    : (await readdir(join(folder, inner))).map((name) => join(folder, inner, name));
};
const statesOf = async (under: UnderTest): Promise<string[]> =>
  (await filesOf(under)).filter((path) => path.endsWith('.state'));

/** Three sessions of three agents over two slots: somebody always has to leave. */
const turns = ['clerk', 'porter', 'scribe'].map((agent) => ({
  as: { agent, session: `s-${agent}` },
  messages: [systemOf(agent), userSays(`What does the ${agent} do? `.repeat(12))],
}));

const clerkPrompt = (session: string): Message[] => [
  systemOf('clerk'),
  userSays(`Session ${session} asks. `.repeat(14)),
];

/** A long head and a short question behind it. */
const promptOf = (agent: string, session: string): Message[] => [
  systemOf(agent, 16),
  userSays(`Session ${session} asks. `.repeat(12)),
];

describe('the second tier', () => {
  it('brings back what a slot had to give up, and the reply stays the same', async () => {
    await using under = await openForTest();
    const cold: string[] = [];
    for (const { as, messages } of turns) {
      cold.push((await ask(under.engine, messages, { as, maxTokens: 8 })).text);
    }
    const [first] = turns;
    if (first === undefined) throw new Error('no turn');
    const { as, messages } = first;
    const restored = await ask(under.engine, messages, { as, maxTokens: 8 });
    expect(restored.fromDisk).toBe(restored.prompt - 1);
    const warm = await ask(under.engine, messages, { as, maxTokens: 8 });
    expect(warm.cached).toBe(warm.prompt - 1);
    expect(warm.fromDisk).toBe(0);
    // Greedy text may differ between batch shapes in the last bits of a logit; here the likeliest token is far ahead.
    expect([restored.text, warm.text]).toEqual([cold[0], cold[0]]);
    expect(under.engine.stats()).toMatchObject({ loads: 1, droppedSpills: 0 });
  });

  it('keeps one state of each role by itself, for sessions that are new', async () => {
    await using under = await openForTest();
    for (const { as, messages } of turns.slice(0, 2)) await ask(under.engine, messages, { as });
    // Nothing had to leave a slot yet.
    expect(under.engine.stats()).toMatchObject({ spills: 2, evictions: 0 });
    const [, , third] = turns;
    if (third === undefined) throw new Error('no turn');
    await ask(under.engine, third.messages, { as: third.as });
    const newcomer = [systemOf('clerk'), userSays('Something else')];
    const answer = await ask(under.engine, newcomer, { as: { agent: 'clerk', session: 'new' } });
    // All but the user's few words.
    expect(answer.fromDisk).toBeGreaterThan(answer.prompt - 20);
    expect(answer.fromDisk).toBeLessThan(answer.prompt - 1);
  });

  it('computes the head of a role once for prompts that come together', async () => {
    await using under = await openForTest();
    const askAs = (session: string): Promise<Answer> =>
      ask(under.engine, clerkPrompt(session), { as: { agent: 'clerk', session } });
    const [first, second] = await Promise.all([askAs('a'), askAs('b')]);
    expect(first.cached).toBe(0);
    // Both had a slot at once; the second one waited for its turn and found the head saved.
    expect(second.fromDisk).toBeGreaterThan(64);
    expect(second.fromDisk).toBe(second.cached);
  });

  it('gives up a role state together with what lies on it', async () => {
    await using sized = await openForTest({ slots: 1 });
    await ask(sized.engine, promptOf('clerk', 's0'), { as: { agent: 'clerk', session: 's0' } });
    const [roleState] = await statesOf(sized);
    if (roleState === undefined) throw new Error('no role state');
    // Room for one head and what lies on it, not for two heads.
    const tierBytes = Math.ceil(1.8 * (await stat(roleState)).size);
    await using under = await openForTest({ slots: 1, tierBytes });
    const askAs = (agent: string, session: string): Promise<Answer> =>
      ask(under.engine, promptOf(agent, session), { as: { agent, session } });
    for (const agent of ['clerk', 'porter', 'scribe']) await askAs(agent, `s-${agent}`);
    expect(under.engine.stats()).toMatchObject({ spills: 5, droppedSpills: 0 });
  });

  it('takes over a slot with the same role without touching the other one', async () => {
    await using under = await openForTest();
    const askAs = (session: string): Promise<Answer> =>
      ask(under.engine, clerkPrompt(session), { as: { agent: 'clerk', session } });
    await askAs('a');
    await askAs('b');
    const third = await askAs('c');
    expect([third.cached > 64, third.fromDisk]).toEqual([true, 0]);
    const second = await askAs('b');
    expect([second.cached, second.fromDisk]).toEqual([second.prompt - 1, 0]);
    const first = await askAs('a');
    expect([first.cached, first.fromDisk]).toEqual([first.prompt - 1, first.prompt - 1]);
  });

  it('never holds more bytes than it may', async () => {
    await using unlimited = await openForTest();
    for (const { as, messages } of turns) await ask(unlimited.engine, messages, { as });
    const sizes = await Promise.all(
      (await statesOf(unlimited)).map(async (path) => (await stat(path)).size),
    );
    const tierBytes = Math.max(...sizes) + 1;
    await using under = await openForTest({ tierBytes });
    for (const { as, messages } of [...turns, ...turns]) {
      await ask(under.engine, messages, { as });
      const kept = await Promise.all(
        (await statesOf(under)).map(async (path) => (await stat(path)).size),
      );
      expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(tierBytes);
    }
    expect(under.engine.stats().evictions).toBeGreaterThan(0);
  });

  it('serves without a tier, and with one that is too small for any state', async () => {
    for (const tierBytes of [0, 1_000]) {
      await using under = await openForTest({ tierBytes });
      for (const { as, messages } of turns) await ask(under.engine, messages, { as });
      expect(under.engine.stats()).toMatchObject({
        requests: 3,
        evictions: 1,
        spills: 0,
        loads: 0,
      });
      expect(await statesOf(under)).toEqual([]);
    }
  });

  it('recomputes when a file was changed behind its back', async () => {
    await using under = await openForTest();
    for (const { as, messages } of turns) await ask(under.engine, messages, { as });
    for (const path of await statesOf(under)) await writeFile(path, Buffer.alloc(64));
    const [first] = turns;
    if (first === undefined) throw new Error('no turn');
    const again = await ask(under.engine, first.messages, { as: first.as });
    expect(again.cached).toBe(0);
    expect(under.engine.stats().loads).toBe(0);
  });

  it('keeps the prompts of a tenant off the disk unless a tier was asked for', async () => {
    const scope = { endpoint: 'embedded', model: 'm', namespace: 'tenant-1' };
    for (const [tierBytes, spills] of [
      [undefined, false],
      [2 ** 24, true],
    ] as const) {
      await using under = await openForTest(tierBytes === undefined ? {} : { tierBytes });
      for (const { as, messages } of turns)
        await ask(under.engine, messages, { as: { ...as, scope } });
      expect((await statesOf(under)).length > 0).toBe(spills);
    }
  });

  it('shares nothing between namespaces', async () => {
    await using under = await openForTest();
    const [turn] = turns;
    if (turn === undefined) throw new Error('no turn');
    const { as, messages } = turn;
    await ask(under.engine, messages, { as });
    const scope = { endpoint: 'embedded', model: 'm', namespace: 'tenant-1' };
    expect((await ask(under.engine, messages, { as: { ...as, scope } })).cached).toBe(0);
  });
});

describe('the private folder of saved states', () => {
  it('is readable by its owner alone, and gone after close', async () => {
    const under = await openForTest();
    for (const { as, messages } of turns) await ask(under.engine, messages, { as });
    const [inner = ''] = await readdir(under.folder);
    expect(inner).toMatch(new RegExp(`^entresol-${process.getuid?.()}-`));
    expect((await stat(join(under.folder, inner))).mode & 0o777).toBe(0o700);
    const files = await filesOf(under);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) expect((await stat(path)).mode & 0o777).toBe(0o600);
    await under.engine.close();
    expect(await readdir(under.folder)).toEqual([]);
    await under[Symbol.asyncDispose]();
  });

  it('is swept when its process is dead, and left alone while it lives', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'embedded-sweep-'));
    try {
      const alive = await StateFolder.create(parent);
      const user = String(process.getuid?.());
      const dead = spawnSync(process.execPath, ['-e', '']).pid;
      const make = async (name: string, owner?: object): Promise<string> => {
        const path = join(parent, name);
        await mkdir(path);
        if (owner !== undefined) await writeFile(join(path, 'owner.json'), JSON.stringify(owner));
        return name;
      };
      await make(`entresol-${user}-dead`, { pid: dead, startedAtMs: 1 });
      // In a container the next process may get the very pid of the dead one.
      await make(`entresol-${user}-reused`, { pid: process.pid, startedAtMs: 1 });
      const stranger = await make('entresol-4294967294-dead', { pid: dead, startedAtMs: 1 });
      const fresh = await make(`entresol-${user}-fresh`);
      const old = await make(`entresol-${user}-old`);
      await utimes(join(parent, old), 1, 1);
      await sweepStateFolders(parent);
      const left = (await readdir(parent)).toSorted();
      expect(left).toEqual([alive.path.slice(parent.length + 1), fresh, stranger].toSorted());
      await alive.remove();
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });

  it('says which folder cannot be written', async () => {
    const missing = join(tmpdir(), 'embedded-no-such-folder');
    await expect(openForTest({ tierFolder: missing })).rejects.toMatchObject({
      code: 'folder-not-writable',
      value: missing,
    });
  });
});

describe.each(['runtime', 'llama-server'] as const)('under %s', (management) => {
  it('moves every state at the bandwidth it was given', async () => {
    const waits: number[] = [];
    const tierWait = (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.resolve();
    };
    await using under = await openForTest({ management, tierBytesPerSecond: 1, tierWait });
    for (const { as, messages } of [...turns, ...turns]) {
      await ask(under.engine, messages, { as, maxTokens: 1 });
    }
    const { spills, loads } = under.engine.stats();
    expect(spills).toBeGreaterThan(0);
    expect(waits).toHaveLength(spills + loads);
  });
});
