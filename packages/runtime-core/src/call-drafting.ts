import type { EngineDriver, RequestBody } from './engine-driver.ts';
import type { CallIdentity } from './framework.ts';
import type { CacheScope, PrefixRef, TenantId } from './identities.ts';
import type { CallDraft } from './policy.ts';

/** What a request is in the runtime's words: the engine's prefix chain bound to its agent, session and scope. */
export function draftCall(
  { agent, session, call }: CallIdentity,
  body: RequestBody,
  driver: EngineDriver,
  tenant: TenantId | undefined,
): CallDraft {
  const scope: CacheScope = {
    endpoint: driver.endpoint,
    model: typeof body['model'] === 'string' ? body['model'] : '',
    namespace: tenant ?? '',
  };
  const links = driver.identify(body, scope);
  const prefixes = links.map(({ id, tokens, tokensEvidence, kind }, at): PrefixRef => {
    const parent = links[at - 1]?.id;
    return {
      id,
      scope,
      agent,
      tokens,
      tokensEvidence,
      ...(kind === 'session' ? { session } : {}),
      ...(parent === undefined ? {} : { parent }),
    };
  });
  return { call, agent, session, scope, prefixes, inputTokens: prefixes.at(-1)?.tokens ?? 0 };
}
