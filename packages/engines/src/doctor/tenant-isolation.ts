import { EngineError, type Usage } from '@entresol/runtime-core';
import { isAtLeast } from '../sglang/version.ts';
import type { EngineCheck } from './examination.ts';
import type { Patient } from './patient.ts';
import { isHit } from './prefix-cache.ts';

const check = 'tenant-isolation';
/** Of a prompt under another salt, no more than this may come from the cache. */
const leakShare = 0.1;

/** Name of the field by which a server keeps caches apart. */
export function saltField({ identity: { kind, version } }: Patient): 'cache_salt' | 'extra_key' {
  return kind === 'sglang' && !isAtLeast(version ?? '', [0, 5, 18]) ? 'extra_key' : 'cache_salt';
}

/** The same prompt under one salt twice, under another one, and under none. */
export async function checkTenantIsolation(patient: Patient): Promise<EngineCheck> {
  const { prompts, identity } = patient;
  if (identity.kind === 'llama-server') return bySlots(patient);
  const field = saltField(patient);
  const head = prompts.head();
  const ask = (salt: string | undefined): Promise<Usage | EngineError | undefined> =>
    patient.tryToAsk({
      ...prompts.chat(head, 'a question'),
      ...(salt === undefined ? {} : { [field]: salt }),
    });
  const first = await ask('entresol-doctor-one');
  if (first instanceof EngineError) {
    return {
      check,
      verdict: identity.kind === 'openai-compatible' ? 'hint' : 'broken',
      finding: `${field} is refused: ${first.message}`,
      fix: 'do not serve tenants that must not share a cache through it',
    };
  }
  const same = cachedShare(await ask('entresol-doctor-one'));
  const other = cachedShare(await ask('entresol-doctor-two'));
  const none = cachedShare(await ask(undefined));
  if (same === undefined || other === undefined || none === undefined) {
    return { check, verdict: 'unknown', finding: 'no cached tokens to tell by' };
  }
  const leak = Math.max(other, none);
  if (leak > leakShare) {
    return {
      check,
      verdict: identity.kind === 'openai-compatible' ? 'hint' : 'broken',
      finding: `${percent(leak)} of a prompt under ${other > leakShare ? 'another' : 'no'} salt came from the cache: ${field} is ignored, and tenants can find out what others sent`,
      fix: `whatever stands between must pass ${field} on; until then, one server per tenant`,
      ignoredField: field,
    };
  }
  if (!isHit(same, 1)) {
    return {
      check,
      verdict: 'broken',
      finding: `only ${percent(same)} of a prompt under the same salt came from the cache: salts keep a tenant from its own prompts`,
      fix: `nothing between may change ${field}`,
    };
  }
  return {
    check,
    verdict: 'ok',
    finding: `${field}: the same salt hits (${percent(same)}), another one and none miss (${percent(leak)})`,
  };
}

function bySlots({ identity: { flags } }: Patient): EngineCheck {
  const erases = flags['--slot-save-path'] === true;
  return {
    check,
    verdict: erases ? 'ok' : 'hint',
    finding: erases
      ? 'the driver erases a slot between two tenants'
      : 'slots cannot be erased: between two tenants the driver bars the cache instead',
    ...(erases ? {} : { fix: 'start it with --slot-save-path FOLDER', flag: '--slot-save-path' }),
  };
}

function cachedShare(usage: Usage | EngineError | undefined): number | undefined {
  if (usage === undefined || usage instanceof EngineError) return undefined;
  return usage.cacheRead === undefined ? undefined : usage.cacheRead / usage.input;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
