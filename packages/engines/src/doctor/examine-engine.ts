import { EngineError, systemRandom, type Milliseconds, type Random } from '@entresol/runtime-core';
import { EngineClient } from '../http/engine-client.ts';
import { parseServerURL } from '../http/server-url.ts';
import type { EngineCheck, EngineExamination, EngineKind } from './examination.ts';
import { checkFields } from './fields.ts';
import { FreshPrompts } from './fresh-prompts.ts';
import { Patient } from './patient.ts';
import { checkPrefixCache } from './prefix-cache.ts';
import { checkPriority } from './priority.ts';
import { identifyServer, type ServerIdentity } from './server-identity.ts';
import { startCommands } from './start-commands.ts';
import { checkStream } from './stream-end.ts';
import { checkTenantIsolation } from './tenant-isolation.ts';

export interface ExamineEngineOptions {
  /** With or without `/v1`. */
  readonly baseURL: string;
  readonly apiKey?: string;
  /** The first one that the server lists by default. */
  readonly model?: string;
  /** How long one answer may take; 30 s by default. */
  readonly timeoutMs?: Milliseconds;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: Random;
}

const defaultTimeoutMs = 30_000;
/** Words of a prompt: longer than what hosted APIs begin to cache at (1,024 tokens), where it may be one of them. */
const promptWords: Readonly<Record<EngineKind, number>> = {
  vllm: 400,
  sglang: 400,
  'llama-server': 400,
  'openai-compatible': 1_300,
};

/**
 * Looks at a server as its driver would use it: about 30 requests of one token, some of them at once. What goes wrong is
 * a finding; the first thing that makes every other one fail is the last.
 * @throws {EngineError} `bad-url`
 */
export async function examineEngine(options: ExamineEngineOptions): Promise<EngineExamination> {
  const { root } = parseServerURL(options.baseURL, 'engine');
  const client = new EngineClient({
    engine: 'engine',
    root,
    apiKey: options.apiKey,
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
  });
  let identity: ServerIdentity;
  try {
    identity = await identifyServer(client);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      url: root,
      engine: null,
      version: null,
      model: null,
      checks: [failed('reachable', error)],
      missingFlags: [],
      startCommand: null,
    };
  }
  const model = options.model ?? identity.models[0] ?? null;
  const checks = await checksOf(identity, model, client, options.random ?? systemRandom);
  const shown = checks.flatMap(({ flag }) => (flag === undefined ? [] : [flag]));
  const told = Object.entries(identity.flags).flatMap(([flag, on]) => (on ? [] : [flag]));
  return {
    url: root,
    engine: identity.kind,
    version: identity.version,
    model,
    checks,
    missingFlags: [...new Set([...shown, ...told])],
    startCommand: startCommands[identity.kind],
  };
}

async function checksOf(
  identity: ServerIdentity,
  model: string | null,
  client: EngineClient,
  random: Random,
): Promise<readonly EngineCheck[]> {
  const { kind, version } = identity;
  const off = identity.cachesPrefixes === false;
  const checks: EngineCheck[] = [
    { check: 'reachable', verdict: 'ok', finding: 'answers, and takes our key' },
    {
      check: 'engine',
      verdict: off ? 'broken' : 'ok',
      finding: `${kind} ${version ?? '(no version)'}${off ? ', its prefix cache is off' : ''}`,
    },
  ];
  if (model === null) {
    const fix = 'load a model, or name one with --model';
    return [...checks, { check: 'model', verdict: 'broken', finding: 'it lists no model', fix }];
  }
  checks.push(modelListed(model, identity));
  const length = promptWords[kind];
  const patient = new Patient(identity, new FreshPrompts({ random, model, length }), client);
  const answers = await patient.tryToAsk(patient.prompts.chat('Answer.', 'hello'));
  if (answers instanceof EngineError) return [...checks, failed('answers', answers)];
  checks.push({ check: 'answers', verdict: 'ok', finding: 'a chat completion comes back' });

  const add = async (
    check: EngineCheck['check'],
    look: () => Promise<readonly EngineCheck[]>,
  ): Promise<void> => {
    try {
      checks.push(...(await look()));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      checks.push(failed(check, error));
    }
  };
  await add('stream', async () => [await checkStream(patient)]);
  await add('prefix-cache', () => checkPrefixCache(patient));
  await add('tenant-isolation', async () => [await checkTenantIsolation(patient)]);
  await add('priority', async () => [await checkPriority(patient)]);
  await add('fields', async () => [await checkFields(patient, ignoredOf(checks))]);
  checks.push(...settings(identity, checks));
  return checks;
}

function modelListed(model: string, { models }: ServerIdentity): EngineCheck {
  if (models.includes(model)) return { check: 'model', verdict: 'ok', finding: model };
  return {
    check: 'model',
    verdict: 'broken',
    finding: `"${model}" is not among its models`,
    fix: `use ${models.length === 0 ? 'one that it serves' : models.join(' or ')}`,
  };
}

function ignoredOf(checks: readonly EngineCheck[]): readonly string[] {
  return checks.flatMap(({ ignoredField }) => (ignoredField === undefined ? [] : [ignoredField]));
}

/** Flags that the server says it was started without, and that no other check names. */
function settings(
  { flags }: ServerIdentity,
  checks: readonly EngineCheck[],
): readonly EngineCheck[] {
  return Object.entries(flags).flatMap(([flag, on]): readonly EngineCheck[] => {
    if (on || checks.some((one) => one.flag === flag)) return [];
    const finding = `started without ${flag}`;
    return [{ check: 'settings', verdict: 'hint', finding, fix: `start it with ${flag}`, flag }];
  });
}

/** The message of an `EngineError` names the URL, what came, and the way out. */
function failed(check: EngineCheck['check'], { message, code }: EngineError): EngineCheck {
  return {
    check,
    verdict: 'broken',
    finding: `${code}: ${message}`,
    fix: message.includes('x-api-key') ? anthropicFix : (fixes[code] ?? 'see above'),
  };
}

const anthropicFix =
  "this is Anthropic's API, and the doctor knows OpenAI's alone: anthropic().check() looks at it";

const fixes: Readonly<Partial<Record<EngineError['code'], string>>> = {
  unreachable: 'start the server, or correct the URL',
  'timed-out': 'look at its log: it hangs, is overloaded, or is loading its model',
  unauthorised: 'name the variable with its key: --key-env NAME',
  'not-found': 'correct the URL, or name a model that it serves with --model',
  'bad-request': 'its own words say what it did not accept',
  'rate-limited': 'try again later',
  'server-error': 'look at its log',
  'bad-reply': 'check that the URL is of an OpenAI-compatible API',
};
