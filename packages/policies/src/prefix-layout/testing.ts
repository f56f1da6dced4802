export { expectStablePrefix } from './expect-stable-prefix.ts';
export type { BuildApp, StablePrefixes, StablePrefixOptions } from './expect-stable-prefix.ts';
export { UnstablePrefixError } from './unstable-prefix-error.ts';
export type { UnstablePlace, UnstablePrefixErrorCode } from './unstable-prefix-error.ts';
