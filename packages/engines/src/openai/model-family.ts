/** What a model's cache takes. */
export interface ModelFamily {
  /** From GPT-5.6 on: `prompt_cache_options`, breakpoints, and writes that cost more than plain input. */
  readonly breakpoints: boolean;
  /** Models that take `prompt_cache_retention` and for which both of its values mean something. */
  readonly retention: boolean;
}

const firstWithBreakpoints = [5, 6] as const;
/** As the guide to prompt caching lists them; from GPT-5.5 on only `24h` is accepted, which is the default there. */
const takesRetention =
  /^gpt-(?:4\.1|5|5\.1|5\.2|5\.4)(?:-(?:codex|codex-max|codex-mini|chat-latest))?(?:-\d{4}-\d{2}-\d{2})?$/;

export function familyOf(model: string): ModelFamily {
  const version = /^gpt-(\d+)(?:\.(\d+))?(?!\w)/.exec(model);
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  const [firstMajor, firstMinor] = firstWithBreakpoints;
  return {
    breakpoints: major > firstMajor || (major === firstMajor && minor >= firstMinor),
    retention: takesRetention.test(model),
  };
}
