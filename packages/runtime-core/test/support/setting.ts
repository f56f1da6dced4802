import { onTestFinished } from 'vitest';
import {
  createRuntime,
  type EngineDriver,
  type Policy,
  type PrefixRef,
  type RequestBody,
  type Runtime,
  type RuntimeEvent,
  type RuntimeOptions,
  type RuntimeRecord,
} from '../../src/index.ts';
import {
  countingIds,
  FakeDriver,
  ManualClock,
  type ScriptedIdentity,
  scriptedLink,
  type ScriptedLink,
} from '../../src/testing/index.ts';

/** A prefix of agent `triage` on endpoint `fake`, 100 tokens long, unless said otherwise. */
export function prefixOf(id: string, changes: Partial<PrefixRef> = {}): PrefixRef {
  return {
    id,
    scope: { endpoint: 'fake', model: 'm', namespace: '' },
    agent: 'triage',
    tokens: 100,
    tokensEvidence: 'exact',
    ...changes,
  };
}

/** A request that says in its own fields whose it is: the system message names the agent, `user` the session. */
export function chat(
  agent: string,
  session: string,
  turns: readonly string[],
  more: RequestBody = {},
): RequestBody {
  return {
    model: 'm',
    user: session,
    messages: [
      { role: 'system', content: `agent ${agent} follows ten plain words of rule here` },
      ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
    ],
    ...more,
  };
}

/** Whose request a body of `chat` is. */
function identityOf(body: RequestBody): ScriptedIdentity | undefined {
  const session = body['user'];
  const instructions = body['messages'] ?? [body['instructions']];
  const agent = /"agent (\S+) follows/.exec(JSON.stringify(instructions))?.[1];
  return typeof session === 'string' && agent !== undefined ? { agent, session } : undefined;
}

export function policyOf(changes: Partial<Policy> = {}): Policy {
  return { name: 'policy', interference: 'none', ...changes };
}

/** Hears every event. */
function listener(events: RuntimeEvent[], name = 'listener'): Policy {
  return policyOf({ name, observe: (event) => void events.push(event) });
}

export interface Setting {
  readonly runtime: Runtime;
  readonly driver: FakeDriver;
  readonly clock: ManualClock;
  readonly link: ScriptedLink;
  readonly events: RuntimeEvent[];
  readonly records: RuntimeRecord[];
  /** Sends a body as the app would, to chat completions unless said otherwise. */
  readonly ask: (body: RequestBody, init?: RequestInit, path?: string) => Promise<Response>;
}

export interface SettingOptions extends Partial<Omit<RuntimeOptions, 'engines' | 'clock'>> {
  readonly clock?: ManualClock;
  readonly driver?: FakeDriver;
  /** Instead of the fake driver alone. */
  readonly engines?: Readonly<Record<string, EngineDriver>>;
}

/** An open runtime over a fake engine and a clock that stands still; closed when the test ends. */
export async function openSetting(options: SettingOptions = {}): Promise<Setting> {
  const {
    driver = new FakeDriver(),
    engines,
    policies = [],
    clock = new ManualClock(),
    ...rest
  } = options;
  const events: RuntimeEvent[] = [];
  const records: RuntimeRecord[] = [];
  const runtime = createRuntime({
    engines: engines ?? driver,
    clock,
    ids: countingIds(),
    policies: [listener(events), ...policies],
    recorder: (record) => records.push(record),
    ...rest,
  });
  onTestFinished(() => runtime.close());
  const link = scriptedLink(identityOf);
  runtime.link(link);
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();
  const ask = (
    body: RequestBody,
    init: RequestInit = {},
    path = '/chat/completions',
  ): Promise<Response> =>
    fetch(`${baseURL}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      ...init,
    });
  return { runtime, driver, clock, link, events, records, ask };
}

/** Events of a run by type, in order. */
export function typesOf(events: readonly RuntimeEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}
