import { EngineUnavailable } from '../live-document.ts';
import type { LiveEngine } from '../live-engine.ts';
import { run } from '../python-package.ts';

const sglangVersion = 'sglang 0.5.23';

/**
 * SGLang has no build without CUDA on its registry, and this command starts none with it.
 * @throws {EngineUnavailable} always, with what was looked for
 */
export async function prepareSGLang(_options: unknown, signal: AbortSignal): Promise<LiveEngine> {
  const why =
    'its package requires CUDA (flashinfer_python[cu13], flash-attn-4, nvidia-cutlass-dsl[cu13])';
  const { code, output } = await run('nvidia-smi', ['--list-gpus'], signal);
  throw new EngineUnavailable(
    code === 0
      ? `${why}; there is a GPU here (${output}), but starting SGLang on it was never tried: the driver is checked against its wire alone`
      : `${why}, and no NVIDIA GPU is found here (nvidia-smi: ${output === '' ? 'not there' : output})`,
    { version: sglangVersion },
  );
}
