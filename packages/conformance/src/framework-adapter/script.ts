import type { WireReply } from './wire-reply.ts';
import { textOf } from './wire-server.ts';
import type { WireRequest } from './wire-server.ts';

/** Rounds of the loop. */
export const rounds = 3;

/**
 * What the models of the small apps say: `solo` uses its tool first, `lead` asks its worker first, `drafter` is done in its
 * third round, and everybody else answers at once. Each answer names who gives it and the session.
 */
export function answer({ body, role, nth, label }: WireRequest): WireReply {
  const hasAsked = textOf(body, 'tool') !== '';
  if (role === 'solo' && !hasAsked) return { tools: [{ name: 'lookup', args: { term: 'x' } }] };
  const delegate = role === 'lead' && !hasAsked ? workerTool(body['tools']) : undefined;
  if (delegate !== undefined) {
    return { tools: [{ name: delegate, args: { prompt: `work ${label}` } }] };
  }
  if (role === 'drafter') return { text: `${nth % rounds === 0 ? 'final' : 'draft'} ${label}` };
  return { text: `${role} is done ${label}` };
}

/** Frameworks name the tool by which a sub-agent is asked each in their own way. */
function workerTool(tools: unknown): string | undefined {
  return /"name":"([^"]*worker[^"]*)"/u.exec(JSON.stringify(tools) ?? '')?.[1];
}

/** Resolves for everybody as soon as `size` have come. */
export function barrier(size: number): () => Promise<void> {
  const open = Promise.withResolvers<void>();
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting === size) open.resolve();
    return open.promise;
  };
}
