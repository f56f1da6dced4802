import type { Policy, RequestBody } from '@entresol/runtime-core';
import type { Chronicle } from './chronicle.ts';
import { comparable, outcomeOf } from './outcome.ts';
import { onStage } from './suite-case.ts';
import type { AppName, FrameworkSubject, RunInput } from './subject.ts';
import type { Script } from './wire-server.ts';

/** How an app is run once on a stage of its own. */
export interface Play {
  readonly app: AppName;
  /** One run after the other. */
  readonly inputs: readonly RunInput[];
  readonly script?: Script;
  readonly policies?: readonly Policy[];
  readonly retries?: number;
}

/** What was seen of it. */
export interface Played {
  readonly outcomes: readonly unknown[];
  readonly seen: Chronicle;
  /** Request bodies as the app wrote them, in no order. */
  readonly written: readonly string[];
  /** Of each request the call that it carries, and the role that sent it. */
  readonly carried: readonly { readonly role: string; readonly call: unknown }[];
}

/** Runs an app shown to a runtime, or past it. */
export async function play(
  subject: FrameworkSubject,
  { app: name, inputs, retries = 0, ...options }: Play,
  attached: boolean,
): Promise<Played> {
  return onStage(subject, options, async (stage) => {
    const app = stage.app(name, { attached, retries });
    const outcomes: unknown[] = [];
    for (const input of inputs) {
      // One after the other: what a session remembers must be there.
      // oxlint-disable-next-line no-await-in-loop
      outcomes.push(await outcomeOf(app.run(input)));
    }
    await stage.rest();
    const bodies = stage.server.requests.map(({ body }) => JSON.stringify(writtenBody(body)));
    return {
      outcomes,
      seen: stage.seen,
      written: bodies.toSorted(),
      carried: stage.server.requests.map(({ role, body }) => ({ role, call: carriedBy(body) })),
    };
  });
}

const field = 'entresol_call';

/** The call that a request body carries. */
function carriedBy(body: RequestBody): unknown {
  return body[field];
}

/** The body as the app wrote it. */
function writtenBody(body: RequestBody): unknown {
  const { [field]: _call, ...rest } = body;
  return comparable(rest);
}
