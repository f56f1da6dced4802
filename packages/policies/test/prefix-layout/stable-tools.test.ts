import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StableTools } from '../../src/prefix-layout/stable-tools.ts';

const tool = (name: string, parameters: object = { type: 'object' }): object => ({
  type: 'function',
  function: { name, parameters },
});
const [search, refund, lookUp] = [tool('search'), tool('refund'), tool('look-up')];

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });

const written = (names: readonly string[], keys: readonly string[]): readonly object[] =>
  names.map((name) => tool(name, Object.fromEntries(keys.map((key) => [key, `${name} ${key}`]))));

describe('the order of tools', () => {
  it('leaves an app that lists its tools one way as it is', () => {
    const tools = new StableTools('once-changed');
    const listed = [search, refund];
    expect(tools.arrange('triage', listed)).toBe(listed);
    const again = structuredClone(listed);
    expect(tools.arrange('triage', again)).toBe(again);
  });

  it('goes by name from the first time that the order was seen to change', () => {
    const tools = new StableTools('once-changed');
    tools.arrange('triage', [search, refund, lookUp]);
    const wanted = [lookUp, refund, search];
    expect(tools.arrange('triage', [refund, search, lookUp])).toEqual(wanted);
    expect(tools.arrange('triage', [search, refund, lookUp])).toEqual(wanted);
    expect(tools.arrange('billing', [search, refund])).toEqual([search, refund]);
  });

  it('takes another set of tools for no change of order', () => {
    const tools = new StableTools('once-changed');
    tools.arrange('triage', [search, refund]);
    const fewer = [search];
    expect(tools.arrange('triage', fewer)).toBe(fewer);
  });

  it('keeps a breakpoint behind the last tool', () => {
    const marked = [{ ...search, cache_control: { type: 'ephemeral' } }, refund];
    expect(new StableTools('by-name').arrange('triage', marked)).toEqual([
      refund,
      { ...search, cache_control: { type: 'ephemeral' } },
    ]);
  });

  it('sends one text for every order of tools and of the keys of their schemas', () => {
    const schemas = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 6,
    });
    const listing = schemas.chain((names) =>
      fc.tuple(fc.constant(names), shuffled(names), shuffled(['type', 'title', 'description'])),
    );
    fc.assert(
      fc.property(listing, ([names, order, keys]) => {
        const tools = new StableTools('by-name');
        const one = tools.arrange('a', written(names, ['type', 'title', 'description']));
        const other = tools.arrange('a', written(order, keys));
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      }),
      { seed: 11 },
    );
  });
});
