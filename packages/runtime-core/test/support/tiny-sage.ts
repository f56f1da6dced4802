import type { AgentId, Intent, Policy, SessionId } from '../../src/index.ts';

/** A small deterministic policy: knows who follows whom, prefetches in gaps, and keeps prefixes by how often they were sent. */
export function tinySage(
  next: Readonly<Record<AgentId, AgentId>>,
  mode: Policy['mode'] = 'on',
): Policy {
  const last = new Map<SessionId, AgentId>();
  const sent = new Map<string, number>();
  return {
    name: 'tiny-sage',
    mode,
    interference: 'endpoint',
    observe(event) {
      if (event.type !== 'call-start') return;
      last.set(event.session, event.agent);
      for (const { id } of event.prefixes) sent.set(id, (sent.get(id) ?? 0) + 1);
    },
    predict: {
      nextAgent({ session }) {
        const agent = next[last.get(session) ?? ''];
        return agent === undefined ? [] : [{ agent, probability: 0.9 }];
      },
    },
    score: {
      prefix({ id, tokens, scope }, horizonMs, context) {
        const reuse = 1 - 1 / (1 + (sent.get(id) ?? 0));
        const gainMs = context.cost(scope).computeMs(0, tokens);
        return { reuse, gainMs, keep: (reuse * gainMs) / horizonMs };
      },
    },
    act: {
      background(occasion, context): readonly Intent[] {
        if (occasion.type !== 'gap') return [];
        const { session } = occasion;
        return context.nextAgent({ session }).flatMap(({ agent, probability }) => {
          const prefix = context.nextPrefix(agent, session);
          if (prefix === undefined || context.residency.of(prefix).tokens >= prefix.tokens)
            return [];
          const deadlineMs = context.nowMs + 500;
          return [{ kind: 'prefetch', prefix, session, probability, deadlineMs }];
        });
      },
    },
    state: {
      version: 1,
      save: () => Object.fromEntries(sent),
      load(saved) {
        if (typeof saved !== 'object' || saved === null) throw new TypeError('no counts');
        for (const [id, times] of Object.entries(saved)) sent.set(id, Number(times));
      },
    },
  };
}
