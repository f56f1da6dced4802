import type { EngineKind } from './examination.ts';

/** How a server should be started for its driver; the pages in `docs/engines` say why. */
export const startCommands: Readonly<Record<EngineKind, string | null>> = {
  vllm: 'vllm serve MODEL --enable-prompt-tokens-details --scheduling-policy priority',
  sglang: [
    'SGLANG_ENABLE_UNIFIED_RADIX_TREE=1 python -m sglang.launch_server --model-path MODEL \\',
    '  --enable-cache-report --enable-session-radix-cache --enable-priority-scheduling --enable-metrics',
  ].join('\n'),
  'llama-server':
    'llama-server -m model.gguf -np 4 -c 16384 --no-kv-unified --cache-ram 0 --slot-save-path /var/lib/llama-slots',
  'openai-compatible': null,
};
