import type { EngineDriver, RequestBody } from './engine-driver.ts';
import type { CallIdentity } from './framework.ts';
import type { CacheScope, PrefixLink, PrefixRef, TenantId } from './identities.ts';
import type { CallDraft } from './policy.ts';
import { isResponsesBody } from './responses-api.ts';

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
  const links = chainOf(body, scope, driver);
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

/** A driver that renders chat completions only knows no prefix of a Responses call; the call is one all the same. */
function chainOf(
  body: RequestBody,
  scope: CacheScope,
  driver: EngineDriver,
): readonly PrefixLink[] {
  if (!isResponsesBody(body)) return driver.identify(body, scope);
  try {
    return driver.identify(body, scope);
  } catch {
    return [];
  }
}
