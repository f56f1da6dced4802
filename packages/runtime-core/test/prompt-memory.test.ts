import { beforeEach, describe, expect, it } from 'vitest';
import { draftCall, FakeDriver } from '../src/testing/index.ts';
import type { PrefixRef, RequestBody } from '../src/index.ts';
import { PromptMemory } from '../src/prompt-memory.ts';
import { chat } from './support/setting.ts';

let driver: FakeDriver;
let memory: PromptMemory;

function memoryOf(maxCharacters?: number): PromptMemory {
  return new PromptMemory({
    identify: (body, scope) => driver.identify(body, scope),
    ...(maxCharacters === undefined ? {} : { maxCharacters }),
  });
}

/** A call as the runtime books it. @returns its chain, shortest first */
function send(
  agent: string,
  session: string,
  turns: readonly string[],
  { body = chat(agent, session, turns), tenant = '' }: { body?: RequestBody; tenant?: string } = {},
): readonly PrefixRef[] {
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: 'c',
    attempt: 1,
    metadata: {},
    agent,
    session,
  };
  const { prefixes } = draftCall(identity, body, driver, tenant);
  memory.remember(agent, session, body, prefixes);
  return prefixes;
}

/** The last prefix of a chain. */
function whole(chain: readonly PrefixRef[]): PrefixRef {
  const last = chain.at(-1);
  if (last === undefined) throw new TypeError('an empty chain');
  return last;
}

/** `writer` twice continues what `reader` sent, so its next prompt counts as known. */
function learnSharing(): void {
  for (const session of ['l1', 'l2']) {
    send('reader', session, ['question']);
    send('writer', session, ['question', 'answer']);
  }
}

beforeEach(() => {
  driver = new FakeDriver();
  memory = memoryOf();
});

describe('PromptMemory.nextPrefix', () => {
  it('knows nothing of an agent that was never seen', () => {
    send('triage', 's', ['hello']);
    expect(memory.nextPrefix('billing', 's')).toBeUndefined();
  });

  it("gives an agent's own newest prompt in the session, else its role head", () => {
    const chain = send('triage', 's', ['hello']);
    expect(memory.nextPrefix('triage', 's')).toStrictEqual(whole(chain));
    expect(memory.nextPrefix('triage', 'another')).toStrictEqual(chain[0]);
  });

  it('replaces the role head when the role changes', () => {
    send('triage', 's', ['hello']);
    const system = { role: 'system', content: 'agent triage follows other rules from today' };
    const body = { model: 'm', messages: [system, { role: 'user', content: 'hello' }] };
    const [changed] = send('triage', 's', [], { body });
    expect(memory.nextPrefix('triage', 'another')).toStrictEqual(changed);
    expect(memory.size.roleHeads).toBe(1);
  });

  it('composes role head and shared history only after that was seen twice', () => {
    send('reader', 'a', ['question']);
    send('writer', 'a', ['question', 'answer']);
    send('reader', 'b', ['other']);
    const head = memory.nextPrefix('writer', 'b');
    expect(head?.session).toBeUndefined();

    send('writer', 'b', ['other', 'answer']);
    send('reader', 'c', ['third']);
    const composed = memory.nextPrefix('writer', 'c');
    expect(composed).toMatchObject({ agent: 'writer', session: 'c', parent: head?.id });
    // It is the very prefix of what the writer then sends.
    const sent = driver.identify(chat('writer', 'c', ['third', 'answer']), composed!.scope);
    expect(sent.map(({ id }) => id)).toContain(composed?.id);
  });

  it('stops composing for an agent once it sends another history', () => {
    learnSharing();
    send('reader', 's', ['question']);
    expect(memory.nextPrefix('writer', 's')?.session).toBe('s');
    send('writer', 's', ['a summary of its own']);
    send('reader', 't', ['question']);
    expect(memory.nextPrefix('writer', 't')?.session).toBeUndefined();
  });

  it('gives the role head where the engine cannot render what was composed', () => {
    learnSharing();
    send('reader', 's', ['question']);
    driver.identify = () => {
      throw new TypeError('the template refuses');
    };
    expect(memory.nextPrefix('writer', 's')?.session).toBeUndefined();
  });

  it('keeps the heads of tenants apart', () => {
    const [mine] = send('triage', 's1', ['hello'], { tenant: 'a' });
    const [other] = send('triage', 's2', ['hello'], { tenant: 'b' });
    expect(mine?.id).not.toBe(other?.id);
    send('reader', 's3', ['hello'], { tenant: 'a' });
    expect(memory.nextPrefix('triage', 's3')).toStrictEqual(mine);
  });
});

describe('PromptMemory.materialise', () => {
  it('gives the text of a role head without any session text', () => {
    const [role] = send('triage', 's', ['a private matter']);
    const body = memory.materialise(role!);
    expect(driver.identify(body!, role!.scope)).toMatchObject([{ id: role?.id, kind: 'role' }]);
    expect(JSON.stringify(body)).not.toContain('private');
  });

  it('gives the newest prompt of a session and not the one before', () => {
    const before = whole(send('triage', 's', ['hello']));
    const body = chat('triage', 's', ['hello', 'yes?', 'more']);
    const after = whole(send('triage', 's', [], { body }));
    expect(memory.materialise(after)).toBe(body);
    expect(memory.materialise(before)).toBeUndefined();
  });

  it('gives nothing of a session that was closed, composed prompts included', () => {
    learnSharing();
    const sent = whole(send('reader', 's', ['question']));
    const composed = memory.nextPrefix('writer', 's');
    expect(memory.materialise(composed!)).toBeDefined();
    memory.forget('s');
    expect(memory.materialise(sent)).toBeUndefined();
    expect(memory.materialise(composed!)).toBeUndefined();
    expect(memory.nextPrefix('writer', 's')?.session).toBeUndefined();
  });

  it('drops what was composed when the session sends anew', () => {
    learnSharing();
    send('reader', 's', ['question']);
    const composed = memory.nextPrefix('writer', 's');
    send('reader', 's', ['another question']);
    expect(memory.materialise(composed!)).toBeUndefined();
  });

  it('does not give the text of one session for another', () => {
    learnSharing();
    send('reader', 's', ['question']);
    const composed = memory.nextPrefix('writer', 's');
    expect(memory.materialise({ ...composed!, session: 'thief' })).toBeUndefined();
  });

  it('gives nothing any more once cleared', () => {
    const chain = send('triage', 's', ['hello']);
    memory.clear();
    for (const prefix of chain) expect(memory.materialise(prefix)).toBeUndefined();
    expect(memory.size).toStrictEqual({ roleHeads: 0, sessions: 0, characters: 0 });
  });
});

describe('PromptMemory bounds', () => {
  it('drops the sessions longest unseen when the text exceeds the bound', () => {
    memory = memoryOf(10_000);
    const text = 'x'.repeat(3_000);
    const chains = ['s1', 's2', 's3', 's4'].map((session) => send('triage', session, [text]));
    expect(memory.size.characters).toBeLessThanOrEqual(10_000);
    expect(memory.materialise(whole(chains[0]!))).toBeUndefined();
    expect(memory.materialise(whole(chains[3]!))).toBeDefined();
  });

  it('counts roles and tools as text too', () => {
    const tools = [{ type: 'function', function: { name: 'x'.repeat(5_000) } }];
    send('triage', 's', [], { body: chat('triage', 's', ['hello'], { tools }) });
    expect(memory.size.characters).toBeGreaterThan(5_000);
  });

  it('holds one prompt larger than the bound, alone', () => {
    memory = memoryOf(100);
    send('triage', 's1', ['hello']);
    const chain = send('triage', 's2', ['x'.repeat(500)]);
    expect(memory.size.sessions).toBe(1);
    expect(memory.materialise(whole(chain))).toBeDefined();
  });

  it('counts down to nothing when every session is closed', () => {
    for (const session of ['s1', 's2', 's1']) send('triage', session, ['hello']);
    memory.forget('s1');
    memory.forget('s2');
    memory.forget('never seen');
    expect(memory.size).toMatchObject({ sessions: 0, characters: 0 });
  });

  it('keeps at most 256 role heads, and those in use', () => {
    const [first] = send('agent-0', 's', ['hello']);
    for (let at = 1; at <= 300; at += 1) {
      send(`agent-${at}`, 's', ['hello']);
      send('agent-0', 's', ['hello']);
    }
    expect(memory.size.roleHeads).toBe(256);
    expect(memory.materialise(first!)).toBeDefined();
    expect(memory.nextPrefix('agent-1', 's')).toBeUndefined();
  });

  it('passes over a body without messages', () => {
    memory.remember('triage', 's', { prompt: 'text' }, []);
    expect(memory.size).toStrictEqual({ roleHeads: 0, sessions: 0, characters: 0 });
  });
});
