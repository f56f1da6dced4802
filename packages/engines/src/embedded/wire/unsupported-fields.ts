import { EngineError } from '@entresol/runtime-core';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values of a field that mean the same as leaving it out. */
const neutral: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: (value) => isFields(value) && Object.keys(value).length === 0,
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  response_format: (value) => isFields(value) && value['type'] === 'text',
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === 'text'),
  functions: () => false,
  function_call: () => false,
  audio: () => false,
  prediction: () => false,
  web_search_options: () => false,
};

/**
 * Refuses what would change the answer in a way that this engine cannot do: silence would be a wrong answer.
 * @throws {EngineError} `unsupported-field`, status 400
 */
export function refuseUnsupportedFields(body: Fields): void {
  for (const [field, isNeutral] of Object.entries(neutral)) {
    const value = body[field];
    if (value !== undefined && value !== null && !isNeutral(value)) {
      throw unsupported(field, value);
    }
  }
  const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  messages.forEach((message, position) => {
    refuseUnsupportedMessage(message, `messages[${position}]`);
  });
  const tools: readonly unknown[] = Array.isArray(body['tools']) ? body['tools'] : [];
  tools.forEach((tool, position) => {
    if (isFields(tool) && typeof tool['type'] === 'string' && tool['type'] !== 'function') {
      throw unsupported(`tools[${position}].type`, tool['type']);
    }
  });
}

function refuseUnsupportedMessage(message: unknown, path: string): void {
  if (!isFields(message)) {
    return;
  }
  if (message['role'] === 'function') {
    throw unsupported(`${path}.role`, 'function');
  }
  for (const field of ['function_call', 'audio']) {
    if (message[field] !== undefined && message[field] !== null) {
      throw unsupported(`${path}.${field}`, message[field]);
    }
  }
  const parts: readonly unknown[] = Array.isArray(message['content']) ? message['content'] : [];
  parts.forEach((part, position) => {
    if (isFields(part) && typeof part['type'] === 'string' && part['type'] !== 'text') {
      throw unsupported(`${path}.content[${position}].type`, part['type']);
    }
  });
}

/** Longest piece of a value that an error message quotes. */
const quotedCharacters = 80;

/** A value as it stands in an error message. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > quotedCharacters ? `${text.slice(0, quotedCharacters)}…` : text;
}

function unsupported(field: string, value: unknown): EngineError {
  return new EngineError(`The embedded engine does not support "${field}": ${quoted(value)}`, {
    code: 'unsupported-field',
    engine: 'embedded',
    status: 400,
    value,
  });
}
