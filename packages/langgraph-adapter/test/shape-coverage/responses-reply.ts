import type { RequestBody } from '@entresol/runtime-core';

/** A reply of the Responses API in the form that the request asks for. */
export function answerResponses(body: RequestBody, text: string, id: string): Response {
  const message = {
    type: 'message',
    id: `message of ${id}`,
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  const response = {
    id,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'scripted',
    output: [message],
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 12,
    },
  };
  if (body['stream'] !== true) return Response.json(response);
  const at = { item_id: message.id, output_index: 0, content_index: 0 };
  const begun = { ...response, status: 'in_progress', output: [] };
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: { ...message, content: [] } },
    { type: 'response.output_text.delta', ...at, delta: text },
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response },
  ];
  const lines = events.map((event, sequence_number) => {
    const data = JSON.stringify({ ...event, sequence_number });
    return `event: ${event.type}\ndata: ${data}\n\n`;
  });
  return new Response(lines.join(''), { headers: { 'content-type': 'text/event-stream' } });
}
