import type {
  BackgroundOccasion,
  Directive,
  InlineOccasion,
  Intent,
  PolicyService,
} from '@entresol/runtime-core';

/** Of whom or what a policy keeps its books. */
type Subject =
  | 'agent'
  | 'session'
  | 'run'
  | 'tenant'
  | 'call'
  | 'tool'
  | 'transition'
  | 'prefix'
  | 'endpoint';

export type Primitive = 'observe' | PolicyService | 'act.layout' | 'act.inline' | 'act.background';
type Occasion = 'layout' | InlineOccasion['type'] | BackgroundOccasion['type'];
/** Of an act: what it answers with. A layout is an answer of its own. */
type Answer = 'layout' | Directive['kind'] | Intent['kind'];

/** What a policy is made of, in the words of the core. */
export interface PolicyShape {
  readonly name: string;
  readonly primitives: readonly Primitive[];
  readonly subjects: readonly Subject[];
  readonly occasions: readonly Occasion[];
  readonly answers: readonly Answer[];
}
