/** Stands between texts. A prompt that contains it could at worst equal another one, and equal prompts are told apart. */
const separator = '\u0001';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Text of a message's content, which is a string, a list of parts, or absent. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  let text = '';
  for (const part of content) {
    if (typeof part === 'string') text += part;
    else if (isObject(part) && typeof part['text'] === 'string') text += part['text'];
  }
  return text;
}

/** Texts of a message on the wire; results of tools are messages of their own, which Anthropic's API packs into one. */
function textsOf(message: unknown): readonly string[] {
  if (!isObject(message)) return [];
  const { content } = message;
  if (!Array.isArray(content)) return [textOf(content)];
  const texts: string[] = [];
  let text = '';
  for (const part of content) {
    if (isObject(part) && part['type'] === 'tool_result') {
      texts.push(text, textOf(part['content']));
      text = '';
    } else text += textOf([part]);
  }
  return [...texts, text];
}

/** Messages without text (pure tool calls) are left out: some wire formats have no place for them. */
function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(separator);
}

/** Fingerprint of the messages a chat model is called with. Equal to that of the request they become. */
export function fingerprintOfMessages(messages: readonly { readonly content: unknown }[]): string {
  return joined(messages.map((message) => textOf(message.content)));
}

/** Fingerprint of the prompts a completion model is called with. */
export function fingerprintOfPrompts(prompts: readonly string[]): string {
  return joined(prompts);
}

/**
 * Fingerprint of a request (chat, responses, completions, or Anthropic's messages with their system prompt beside them);
 * undefined when it is no prompt, as with embeddings.
 */
export function fingerprintOfBody(body: Readonly<Record<string, unknown>>): string | undefined {
  const { messages, input, prompt, system } = body;
  if (Array.isArray(messages)) return joined([textOf(system), ...messages.flatMap(textsOf)]);
  if (Array.isArray(input) && input.some(isObject)) {
    return joined(
      input.map((item) => (isObject(item) ? textOf(item['content'] ?? item['output']) : '')),
    );
  }
  if (typeof prompt === 'string') return joined([prompt]);
  if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'string')) {
    return joined(prompt);
  }
  return undefined;
}
