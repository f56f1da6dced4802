import { EngineError } from '@entresol/runtime-core';
import type { EngineCheck, EngineKind } from './examination.ts';
import type { Patient } from './patient.ts';
import { saltField } from './tenant-isolation.ts';

const check = 'fields';
const unknownField = 'entresol_unknown';

/** What the driver of a kind adds to requests, and what it can do without. */
function fieldsOf(
  kind: EngineKind,
  salt: string,
): readonly (readonly [string, unknown, 'needed' | 'optional'])[] {
  switch (kind) {
    case 'vllm':
      return [
        [salt, 'entresol-doctor', 'needed'],
        ['add_generation_prompt', false, 'needed'],
        ['priority', 1, 'optional'],
      ];
    case 'sglang':
      return [
        [salt, 'entresol-doctor', 'needed'],
        ['session_id', 'entresol-doctor', 'optional'],
        ['priority', 1, 'optional'],
      ];
    case 'llama-server':
      return [
        ['id_slot', -1, 'needed'],
        ['cache_prompt', true, 'needed'],
      ];
    case 'openai-compatible':
      return [['prompt_cache_key', 'entresol-doctor', 'optional']];
    default:
      return unreachable(kind);
  }
}

/**
 * Sends each field that the driver would, and one that nobody knows.
 * @param ineffective fields that other checks saw without effect
 */
export async function checkFields(
  patient: Patient,
  ineffective: readonly string[],
): Promise<EngineCheck> {
  const { prompts, identity } = patient;
  const accepted: string[] = [];
  const refused: string[] = [];
  let broken = false;
  for (const [name, value, need] of fieldsOf(identity.kind, saltField(patient))) {
    const reply = await patient.tryToAsk({ ...prompts.chat('Answer.', 'hello'), [name]: value });
    if (!(reply instanceof EngineError)) accepted.push(name);
    else {
      refused.push(name);
      broken ||= need === 'needed';
    }
  }
  const unknown = await patient.tryToAsk({
    ...prompts.chat('Answer.', 'hello'),
    [unknownField]: true,
  });
  const silent = !(unknown instanceof EngineError);
  const finding = [
    `accepted: ${listed(accepted)}`,
    `refused: ${listed(refused)}`,
    `without effect: ${listed(ineffective)}`,
    silent ? 'unknown fields go by in silence' : 'unknown fields are refused',
  ].join('; ');
  if (!broken) return { check, verdict: 'ok', finding };
  return {
    check,
    verdict: 'broken',
    finding,
    fix: 'use a version of the engine that takes them, or a proxy that passes them on',
  };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function unreachable(value: never): never {
  throw new TypeError(`unhandled engine: ${String(value)}`);
}
