import { describe, expect, it } from 'vitest';
import type { BenchDriver } from './bench-driver.ts';

/** `identify`: the prefix chain of a request. */
export function describeIdentify(bench: () => BenchDriver): void {
  const chain = (
    agent: string,
    turns: readonly string[],
    namespace = '',
  ): ReturnType<BenchDriver['driver']['identify']> => {
    const { driver, prompts } = bench();
    const scope = { endpoint: driver.endpoint, model: prompts.model, namespace };
    return driver.identify(bench().chat(agent, turns), scope);
  };

  describe('identify', () => {
    it('orders a chain shortest first, from the role to the whole prompt', () => {
      const links = chain('triage', ['a question', 'an answer', 'another question']);
      const tokens = links.map((link) => link.tokens);
      expect(tokens).toStrictEqual([...new Set(tokens)].toSorted((a, b) => a - b));
      expect(tokens[0]).toBeGreaterThan(0);
      expect(links[0]?.kind).toBe('role');
      expect(links.at(-1)?.kind).toBe('session');
    });

    it('gives the same request the same chain', () => {
      expect(chain('triage', ['a question'])).toStrictEqual(chain('triage', ['a question']));
    });

    it('gives the role the same id in every session and the sessions ids of their own', () => {
      const one = chain('triage', ['a question']);
      const other = chain('triage', ['something else']);
      expect(one[0]).toStrictEqual(other[0]);
      expect(one.at(-1)?.id).not.toBe(other.at(-1)?.id);
    });

    it('keeps the role id while a conversation grows', () => {
      const short = chain('triage', ['a question']);
      const long = chain('triage', ['a question', 'an answer', 'another question']);
      expect(long[0]).toStrictEqual(short[0]);
      expect(long.at(-1)?.tokens).toBeGreaterThan(short.at(-1)?.tokens ?? Infinity);
    });

    it('gives different roles different ids', () => {
      expect(chain('triage', ['a question'])[0]?.id).not.toBe(
        chain('billing', ['a question'])[0]?.id,
      );
    });

    it('never gives equal ids to different scopes', () => {
      const one = chain('triage', ['a question'], 'tenant-1').map(({ id }) => id);
      const other = chain('triage', ['a question'], 'tenant-2').map(({ id }) => id);
      expect(one.filter((id) => other.includes(id))).toStrictEqual([]);
    });

    it('throws on a body it cannot render', () => {
      const { driver, prompts } = bench();
      const scope = { endpoint: driver.endpoint, model: prompts.model, namespace: '' };
      expect(() => driver.identify({ model: prompts.model, messages: 'hello' }, scope)).toThrow(
        /./,
      );
    });
  });
}
