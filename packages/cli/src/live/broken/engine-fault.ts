import type { EngineCheckName } from '@entresol/engines/doctor';
import type { LiveEngineName } from '../live-document.ts';

type Body = Readonly<Record<string, unknown>>;

/** Something that stands between an engine and whoever asks it, and spoils what goes by. */
export interface EngineFault {
  readonly name: 'caching-off' | 'usage-off' | 'salts-ignored' | 'streams-cut';
  /** What the doctor must then find broken. */
  readonly breaks: readonly EngineCheckName[];
  /** What becomes of a request. */
  readonly request?: (body: Body) => Body;
  /** What becomes of a reply, or of all events of one. */
  readonly reply?: (text: string) => string;
}

let prompts = 0;

/** No two prompts share anything that the engine could use again. */
const uncached: Readonly<Partial<Record<LiveEngineName, EngineFault['request']>>> = {
  'llama-server': (body) => ({ ...body, cache_prompt: false }),
  vllm: (body) => ({ ...body, cache_salt: `prompt ${(prompts += 1)}` }),
};

const saltless = ({ cache_salt: _salt, ...body }: Body): Body => body;

/** Faults that an engine of this kind can be given. */
export function faultsOf(engine: LiveEngineName): readonly EngineFault[] {
  const request = uncached[engine];
  const caching: readonly EngineFault[] =
    request === undefined ? [] : [{ name: 'caching-off', breaks: ['prefix-cache'], request }];
  // llama-server keeps tenants in slots of their own, and knows no salt.
  const salts: readonly EngineFault[] =
    engine === 'vllm'
      ? [{ name: 'salts-ignored', breaks: ['tenant-isolation'], request: saltless }]
      : [];
  return [
    ...caching,
    {
      name: 'usage-off',
      breaks: ['cached-tokens', 'stream'],
      reply: (text) => text.replaceAll(/"(?:usage|timings)":/g, '"gone":'),
    },
    ...salts,
    {
      name: 'streams-cut',
      breaks: ['stream'],
      reply: (text) => text.replace(/data: \[DONE\]\s*$/, ''),
    },
  ];
}
