import type { TraceSession } from '@entresol/replay';
import type { WrittenMessage } from './prompt-writer.ts';
import type { AttachedSession, AttachedTurn } from './trace-adapter.ts';

export interface SessionPlayOptions {
  readonly session: TraceSession;
  /** By agent index of the trace. */
  readonly agents: readonly string[];
  readonly prompts: readonly (readonly WrittenMessage[])[];
  /** Undefined = the app is not attached to a runtime. */
  readonly attached: AttachedSession | undefined;
  /** Sends one prompt and reads the reply to its end. */
  readonly ask: (messages: readonly WrittenMessage[], replyTokens: number) => Promise<void>;
}

/** One session on its way through its calls. */
export class SessionPlay {
  readonly #options: SessionPlayOptions;
  #working: { readonly turn: AttachedTurn; readonly tool: string } | undefined;

  constructor(options: SessionPlayOptions) {
    this.#options = options;
  }

  /**
   * Makes the call at this place of the session; a tool that was at work since the last one is done now.
   * @returns the agent that made it
   * @throws {RangeError} when the session has no such call
   */
  async call(at: number): Promise<string> {
    this.end();
    const { session, agents, prompts, attached, ask } = this.#options;
    const call = session.calls[at];
    const messages = prompts[at];
    const agent = call && agents[call.agent];
    if (call === undefined || messages === undefined || agent === undefined) {
      throw new RangeError(`session ${session.id} has no call ${at}`);
    }
    const turn = attached?.begin(agent, messages);
    try {
      await ask(messages, call.outputTokens);
    } catch (error) {
      turn?.end('failed');
      throw error;
    } finally {
      turn?.replied();
    }
    if (turn === undefined) return agent;
    if (call.tool === undefined) {
      turn.end('done');
    } else {
      turn.toolStart(call.tool);
      this.#working = { turn, tool: call.tool };
    }
    return agent;
  }

  /** Whatever the session still does is done. */
  end(): void {
    const { turn, tool } = this.#working ?? {};
    if (turn === undefined || tool === undefined) return;
    this.#working = undefined;
    turn.toolEnd(tool);
    turn.end('done');
  }
}
