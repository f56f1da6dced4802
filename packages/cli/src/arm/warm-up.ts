import type { ArmTarget } from './arm-target.ts';

/** One short request that nobody counts: first use of an engine pays for what later ones find ready. */
export async function warmUp(target: ArmTarget, signal: AbortSignal): Promise<void> {
  const response = await target.fetch(`${target.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${target.apiKey}` },
    body: JSON.stringify({
      model: target.model,
      messages: [{ role: 'user', content: 'Hello.' }],
      max_tokens: 1,
    }),
    signal,
  });
  const reply = await response.text();
  if (!response.ok) throw new Error(`the engine answered with ${response.status}: ${reply}`);
}
