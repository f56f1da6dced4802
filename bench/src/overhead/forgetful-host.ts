import { createIds, systemClock } from '@entresol/runtime-core';
import type { AdapterHost, Clock, FrameworkLink, Ids } from '@entresol/runtime-core';

/** A runtime that forgets everything: what is left is the adapter's own cost. */
export class ForgetfulHost implements AdapterHost {
  readonly clock: Clock = systemClock;
  readonly ids: Ids = createIds();
  readonly links: Set<FrameworkLink> = new Set();
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
