import { createIds, systemClock } from '@entresol/runtime-core';
import type { AdapterHost, FrameworkLink } from '@entresol/runtime-core';

/** A runtime that forgets everything: what is left is the adapter's own cost. */
export class ForgetfulHost implements AdapterHost {
  readonly clock = systemClock;
  readonly ids = createIds();
  readonly links = new Set<FrameworkLink>();
  readonly actsInline = false;
  events = 0;

  observe(): void {
    this.events += 1;
  }

  passage(): undefined {
    return undefined;
  }

  link(framework: FrameworkLink): () => void {
    this.links.add(framework);
    return () => {
      this.links.delete(framework);
    };
  }

  claimWorkload(): void {
    this.events += 1;
  }
}
