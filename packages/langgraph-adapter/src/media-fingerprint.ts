/** Characters of one medium that are read at most: a picture is told from another without reading all of both. */
const sampleLimit = 4_096;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Where parts of messages keep a medium: LangChain's own parts, those of chat requests and of Responses requests. */
const mediaKeys = [
  'url',
  'data',
  'image_url',
  'input_audio',
  'file',
  'file_data',
  'file_url',
  'file_id',
  'fileId',
];

/** The address or the encoded bytes themselves, however they are wrapped: `data:image/png;base64,…` is its `…`. */
function payloadsOf(part: unknown): readonly string[] {
  if (!isObject(part)) return [];
  return mediaKeys.flatMap((key) => {
    const value = part[key];
    if (typeof value !== 'string') return payloadsOf(value);
    return [value.startsWith('data:') ? value.slice(value.indexOf(',') + 1) : value];
  });
}

/** FNV-1a over evenly spread characters, with the length. Tells media apart, protects nothing. */
function digest(payload: string): string {
  const stride = Math.ceil(payload.length / sampleLimit);
  let hash = 0x811c9dc5;
  for (let at = 0; at < payload.length; at += stride) {
    hash = Math.imul(hash ^ payload.charCodeAt(at), 0x01000193) >>> 0;
  }
  return `${payload.length}:${hash.toString(16)}`;
}

function mediaIn(messages: readonly unknown[]): string {
  const digests: string[] = [];
  for (const message of messages) {
    const content = isObject(message) ? message['content'] : undefined;
    if (!Array.isArray(content)) continue;
    for (const part of content)
      for (const payload of payloadsOf(part)) digests.push(digest(payload));
  }
  return digests.join(' ');
}

/** What the images, sounds and files of a prompt are; '' without any. Equal to that of the request they become. */
export function mediaOfMessages(messages: readonly { readonly content: unknown }[]): string {
  return mediaIn(messages);
}

/** The same of an OpenAI-shaped request. */
export function mediaOfBody(body: Readonly<Record<string, unknown>>): string {
  const { messages, input } = body;
  if (Array.isArray(messages)) return mediaIn(messages);
  return Array.isArray(input) ? mediaIn(input) : '';
}
