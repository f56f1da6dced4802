/** Media type of a stream of server-sent events. */
export const eventStreamType = 'text/event-stream; charset=utf-8';

/** One event that carries JSON (WHATWG HTML, section 9.2). JSON text has no raw line breaks, so one line is enough. */
export const encodeEvent = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** Last event of an OpenAI stream. */
export const streamEnd = 'data: [DONE]\n\n';
