import type {
  AdapterHost,
  PassageOccasion,
  PassageVerdict,
  ToolOutcome,
} from '@entresol/runtime-core';
import { TransitionRejectedError } from '@entresol/runtime-core/adapter';
import type { AdapterPort } from '@entresol/runtime-core/adapter';
import type { RunnableConfig } from '@langchain/core/runnables';
import { canAsk, isApproved } from './approval.ts';
import type { ApprovalRequest } from './approval.ts';
import type { Gate } from './invocation.ts';
import type { RunPlaces } from './run-place.ts';
import { outcomeOf, rejection, servedAnswer, toolCallOf } from './tool-answer.ts';
import type { ToolCall } from './tool-answer.ts';

interface GatekeeperParts {
  readonly host: Pick<AdapterHost, 'passage'>;
  readonly port: AdapterPort;
  readonly places: RunPlaces;
}

const notApproved = 'the user did not approve it';

/** Stands before the tools and nodes of one workload and carries out what the runtime decides. */
export class Gatekeeper {
  readonly #parts: GatekeeperParts;

  constructor(parts: GatekeeperParts) {
    this.#parts = parts;
  }

  /** Undefined = go, at once. */
  #ask(occasion: PassageOccasion, config: RunnableConfig): Promise<PassageVerdict> | undefined {
    const { host, port } = this.#parts;
    return host.passage(occasion, canAsk(config) ? port : port.unasking, config.signal);
  }

  /** Before a node runs. `path` is used where the run of the node has not begun yet. */
  step(path: string): Gate {
    return (_input, config, go) => {
      const place = this.#parts.places.of(config);
      if (place === undefined) return go();
      const { session, from } = place;
      const to = place.path ?? path;
      const ending = from === undefined ? {} : { from };
      const passage = this.#ask({ type: 'transition', session, to, ...ending }, config);
      if (passage === undefined) return go();
      return this.#step(passage, { session, agent: from ?? to, to }, config, go);
    };
  }

  async #step(
    passage: Promise<PassageVerdict>,
    {
      session,
      agent,
      to,
    }: { readonly session: string; readonly agent: string; readonly to: string },
    config: RunnableConfig,
    go: () => Promise<unknown>,
  ): Promise<unknown> {
    const decided = await passage;
    if (decided.verdict === 'reject') throw new TransitionRejectedError(to, decided.reason);
    if (decided.verdict === 'approve') {
      const subject = { type: 'transition', to } as const;
      const request = requestOf(decided.question, { session, agent, subject });
      if (!(await isApproved(request, config))) throw new TransitionRejectedError(to, notApproved);
    }
    return go();
  }

  /** Before a tool that a tool node runs. */
  readonly tool: Gate = (input, config, go) => {
    const call = toolCallOf(input);
    const place = call && this.#parts.places.of(config);
    if (call === undefined || place === undefined) return go();
    const agent = place.from ?? place.path ?? '';
    return this.toolCall({ ...call, session: place.session, agent }, config, go);
  };

  /** Before a tool call of which it is known whose it is. */
  toolCall<T>(
    call: ToolCall & { readonly session: string; readonly agent: string },
    config: RunnableConfig,
    go: () => Promise<T>,
  ): Promise<T | ReturnType<typeof rejection>> {
    const { session, agent, name: tool, args } = call;
    const passage = this.#ask({ type: 'tool', session, agent, tool, args }, config);
    return passage === undefined ? go() : this.#tool(passage, call, config, go);
  }

  async #tool<T>(
    passage: Promise<PassageVerdict>,
    call: ToolCall & { readonly session: string; readonly agent: string },
    config: RunnableConfig,
    go: () => Promise<T>,
  ): Promise<T | ReturnType<typeof rejection>> {
    const decided = await passage;
    if (decided.verdict === 'reject') return rejection(call, decided.reason);
    if (decided.verdict === 'serve') return servedAnswer(call, decided.value);
    if (decided.verdict === 'approve') {
      const subject = { type: 'tool', tool: call.name, args: call.args } as const;
      const request = requestOf(decided.question, { ...call, subject });
      if (!(await isApproved(request, config))) {
        decided.ran?.({ how: 'not-run' });
        return rejection(call, notApproved);
      }
    }
    return decided.ran === undefined ? go() : told(go, decided.ran);
  }
}

/** Runs the tool and says how it ended. */
async function told<T>(go: () => Promise<T>, ran: (outcome: ToolOutcome) => void): Promise<T> {
  let outcome: ToolOutcome = { how: 'failed' };
  try {
    const result = await go();
    outcome = outcomeOf(result);
    return result;
  } finally {
    ran(outcome);
  }
}

function requestOf(
  question: string,
  { session, agent, subject }: Pick<ApprovalRequest, 'session' | 'agent' | 'subject'>,
): ApprovalRequest {
  return { type: 'entresol-approval', question, session, agent, subject };
}
