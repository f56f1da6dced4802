import { describe, expect, it, vi } from 'vitest';
import type { BenchDriver } from './bench-driver.ts';
import { valueAt } from './reading.ts';

/** How long an engine may take to notice that an app has gone, in ms. */
const noticesWithinMs = 30_000;

/** What an OpenAI client needs to show the error. */
const openAIError = {
  status: 'client error',
  message: expect.stringMatching(/\w/),
  type: expect.any(String),
};

async function errorOf(response: Response): Promise<unknown> {
  const reply: unknown = await response.json();
  const status = response.status >= 400 && response.status < 500 ? 'client error' : response.status;
  return {
    status,
    message: valueAt(reply, 'error', 'message'),
    type: valueAt(reply, 'error', 'type'),
  };
}

/** Input tokens of a call after what went wrong, once nothing runs any more. */
async function nextInput(bench: BenchDriver): Promise<number> {
  const idle = (): void => expect(bench.driver.load().running).toBe(0);
  await vi.waitFor(idle, { timeout: noticesWithinMs });
  const { usage } = await bench.ask(bench.chat('after', ['still there?']), 'after', 's1');
  return usage.input;
}

/** A field that would change the answer in a way the engine cannot do. */
export function describeUnsupportedField(
  bench: () => BenchDriver,
  unsupported: Readonly<Record<string, unknown>>,
): void {
  it('refuses a field it does not support as an OpenAI error, and goes on', async () => {
    const body = { ...bench().chat('refused', ['a question']), ...unsupported };
    const response = await bench().post(JSON.stringify(body));
    expect(await errorOf(response)).toEqual(openAIError);
    expect(await nextInput(bench())).toBeGreaterThan(0);
  });
}

/** Errors and aborts: what an OpenAI client sees, and that the driver goes on. */
export function describeRefusals(bench: () => BenchDriver): void {
  describe('errors and aborts', () => {
    it('refuses a body that is no JSON, and one without messages', async () => {
      const cut = await bench().post('{"model": ');
      expect(await errorOf(cut)).toEqual(openAIError);
      const empty = await bench().post(JSON.stringify({ model: bench().prompts.model }));
      expect(await errorOf(empty)).toEqual(openAIError);
      expect(await nextInput(bench())).toBeGreaterThan(0);
    });

    it('rejects a request that was aborted before it was sent', async () => {
      const body = JSON.stringify(bench().chat('aborted', ['a question']));
      const sent = bench().post(body, { signal: AbortSignal.abort() });
      await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
      expect(await nextInput(bench())).toBeGreaterThan(0);
    });

    it('stays usable when the app aborts in the middle of a stream', async () => {
      const abort = new AbortController();
      const body = { ...bench().chat('aborted', ['a question']), stream: true };
      const init = { signal: abort.signal };
      const { response } = await bench().send(body, { agent: 'aborted', session: 's1', init });
      const reader = response.body?.getReader();
      await reader?.read();
      abort.abort();
      // It ends or errors, whichever is first; that it is over at all is the claim.
      for (let over = false; !over;) {
        over = (await reader?.read().catch(() => undefined))?.done ?? true;
      }
      expect(await nextInput(bench())).toBeGreaterThan(0);
    });

    it('stays usable when the app stops reading a stream', async () => {
      const body = { ...bench().chat('left', ['a question']), stream: true };
      const { response } = await bench().send(body, { agent: 'left', session: 's1' });
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel('enough');
      expect(await nextInput(bench())).toBeGreaterThan(0);
    });
  });
}
