import { AIMessage, ToolMessage } from '@langchain/core/messages';
import type { ChatModelFactory } from '@entresol/example-load';
import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import type { HelperAgent } from './agents.ts';
import { clipped, momentOf } from './conversation.ts';
import type { Director } from './director.ts';

/** Characters of a tool result that enter the conversation. */
const resultLength = 260;

/** Keeps long tool results out of the history, since every later prompt would carry them. */
export function clipToolResults(): AgentMiddleware {
  return createMiddleware({
    name: 'ClipToolResults',
    wrapToolCall: async (request, handler) => {
      const result = await handler(request);
      if (!ToolMessage.isInstance(result)) return result;
      return new ToolMessage({
        content: clipped(result.text, resultLength),
        tool_call_id: result.tool_call_id,
        ...(result.name === undefined ? {} : { name: result.name }),
        ...(result.status === undefined ? {} : { status: result.status }),
      });
    },
  });
}

/** Calls the model with the reply length of the moment and lets the director say what comes of it. */
export function directed(
  agent: HelperAgent,
  options: {
    readonly model: ChatModelFactory;
    readonly director: Director;
    readonly onCall: (agent: HelperAgent) => void;
  },
): AgentMiddleware {
  const { model, director, onCall } = options;
  return createMiddleware({
    name: 'Directed',
    wrapModelCall: async (request, handler) => {
      const session: unknown = request.runtime.configurable?.['thread_id'];
      if (typeof session !== 'string' || session === '') {
        throw new TypeError(`configurable.thread_id should be a name, not ${String(session)}`);
      }
      const moment = momentOf(request.messages, { session, agent });
      onCall(agent);
      const maxTokens = director.maxTokens(moment);
      const reply = await handler({ ...request, model: model({ agent, maxTokens }) });
      return director.decide(moment, AIMessage.isInstance(reply) ? reply : new AIMessage(''));
    },
  });
}
