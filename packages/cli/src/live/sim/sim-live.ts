import { EngineUnavailable } from '../live-document.ts';
import type { LiveEngine } from '../live-engine.ts';
import { run } from '../python-package.ts';

/** llm-d's inference simulator: vLLM's API without a model. */
const simulator = 'github.com/llm-d/llm-d-inference-sim';

/**
 * Asks the Go proxy for the simulator; where it is to be had, it has not been started by anybody yet.
 * @throws {EngineUnavailable} always, with what the proxy said
 */
export async function prepareSim(_options: unknown, signal: AbortSignal): Promise<LiveEngine> {
  const { code, output } = await run('go', ['list', '-m', '-versions', simulator], signal);
  if (code !== 0) {
    const said = output === '' ? 'there is no Go' : output;
    throw new EngineUnavailable(`the Go proxy gives no ${simulator}: ${said}`);
  }
  throw new EngineUnavailable(
    `the Go proxy has ${output}, and starting it was never tried: where this was written the proxy refused it`,
    { version: output.split(' ').at(-1) ?? simulator },
  );
}
