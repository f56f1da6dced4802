import type { Policy } from '@entresol/runtime-core';

/** Wants the user asked before what it is given. */
export const asking = (...names: readonly string[]): Policy => ({
  name: 'asking',
  mode: 'on',
  interference: 'none',
  act: {
    inline: (occasion) => {
      const name =
        occasion.type === 'tool'
          ? occasion.tool
          : occasion.type === 'transition'
            ? occasion.to
            : '';
      return names.includes(name) ? [{ kind: 'approve', question: `May ${name} run?` }] : [];
    },
  },
});
