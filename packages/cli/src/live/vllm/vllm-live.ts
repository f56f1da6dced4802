import process from 'node:process';
import { freePort } from '../free-port.ts';
import { EngineUnavailable } from '../live-document.ts';
import type { LiveEngine } from '../live-engine.ts';
import type { LiveOptions } from '../live-options.ts';
import { startServer, type ServerCommand } from '../server-process.ts';
import { tinyModel, vllmPython, vllmVersion } from './vllm-environment.ts';

const modelName = 'tiny';
/** vLLM's attention on the CPU takes blocks of a multiple of 32. */
const blockTokens = 32;
/** 16,384 tokens: as many as the slots of the other engines, whose tokens are longer. */
const blocks = 512;
const contextTokens = 8_192;

/**
 * vLLM for the CPU with random weights. Both arms start it the same way: its cache is its own in either.
 * @throws {EngineUnavailable} when it cannot be installed here
 */
export async function prepareVLLM(
  { serverPath, modelPath }: LiveOptions,
  signal: AbortSignal,
): Promise<LiveEngine> {
  if (serverPath !== undefined || modelPath !== undefined) {
    throw new EngineUnavailable('--server and --model are for llama-server alone');
  }
  const python = await vllmPython(signal);
  const model = await tinyModel(python, signal);
  return {
    version: vllmVersion,
    conformanceTest: 'packages/engines/test/vllm/live.test.ts',
    async withServer(how, use, aborted) {
      const server = await startServer(await commandOf(python, model), aborted);
      const baseURL = `${server.url}/v1`;
      try {
        return await use({
          target:
            how === 'plain'
              ? { kind: 'server', baseURL }
              : { kind: 'managed-server', engine: 'vllm', baseURL, weights: 'random' },
          environment: { ENTRESOL_VLLM: baseURL, ENTRESOL_VLLM_MODEL: modelName },
        });
      } finally {
        await server.stop();
      }
    },
  };
}

async function commandOf(python: string, model: string): Promise<ServerCommand> {
  const port = await freePort();
  const flags = {
    '--host': '127.0.0.1',
    '--port': port,
    '--served-model-name': modelName,
    '--load-format': 'dummy',
    '--dtype': 'float32',
    '--max-model-len': contextTokens,
    '--block-size': blockTokens,
    '--num-gpu-blocks-override': blocks,
    '--scheduling-policy': 'priority',
    // Requests with tools are refused without one; this one needs no words of its own in the vocabulary.
    '--tool-call-parser': 'pythonic',
  };
  return {
    command: python,
    args: [
      '-m',
      'vllm.entrypoints.cli.main',
      'serve',
      model,
      ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]),
      '--enforce-eager',
      '--enable-prompt-tokens-details',
      '--enable-auto-tool-choice',
    ],
    env: {
      ...process.env,
      VLLM_CPU_KVCACHE_SPACE: '1',
      VLLM_NO_USAGE_STATS: '1',
      HF_HUB_OFFLINE: '1',
      OMP_NUM_THREADS: '1',
    },
    url: `http://127.0.0.1:${port}`,
    healthPath: '/health',
    version: vllmVersion,
  };
}
