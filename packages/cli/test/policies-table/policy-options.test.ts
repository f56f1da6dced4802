import { cacheSage } from '@entresol/cachesage';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { fairness } from '@entresol/policies/fairness';
import { prefixLayout } from '@entresol/policies/prefix-layout';
import { safety } from '@entresol/policies/safety';
import { toolMemo } from '@entresol/policies/tool-memo';
import { describe, expect, it } from 'vitest';
import { builtPolicies } from '../../src/policies-table/built-policies.ts';

/** Makes a policy of options as untyped code would give them. */
type Make = (options: object) => unknown;
type Json = Readonly<Record<string, unknown>>;

interface Option {
  /** Where it is, from the outermost. */
  readonly path: readonly string[];
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

interface Checked {
  readonly make: Make;
  /** Options that are good, into which one other is put. */
  readonly base: Json;
  readonly options: readonly Option[];
}

const option = (path: string, good: readonly unknown[], bad: readonly unknown[]): Option => ({
  path: path.split('.'),
  good,
  bad,
});

const wrongTypes = ['7', true, {}, [], null, () => 7];
const noNumber = [Number.NaN, Infinity, -1, ...wrongTypes];
const atLeast0 = (path: string): Option => option(path, [0, 0.5, 7], noNumber);
const above0 = (path: string): Option => option(path, [0.5, 7], [0, ...noNumber]);
const whole = (path: string): Option => option(path, [1, 7], [0, 1.5, 2 ** 60, ...noNumber]);
const mode = option('mode', ['off', 'shadow', 'on'], ['On', '', 1, true, null, {}]);
const noFunction = [7, 'f', true, {}, [], null];
const functions = (path: string): Option => option(path, [() => undefined], noFunction);
const noObject = [7, 'x', true, [], null];
const objects = (path: string): Option => option(path, [{}], noObject);
const names = (path: string): Option =>
  option(path, [[], ['a']], [7, 'a', true, {}, null, [7], [null]]);

const secret = new Uint8Array(32);
const store = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
const prices = { m: { input: 1, output: 2 } };

const checked: Readonly<Record<string, Checked>> = {
  cachesage: {
    make: (options) => cacheSage(options),
    base: {},
    options: [
      mode,
      option('prefetch', [{}, 'off'], [7, 'on', true, [], null]),
      option('prefetch.minProbability', [0, 0.3, 1], [1.1, ...noNumber]),
      atLeast0('prefetch.idlePrice'),
      atLeast0('prefetch.minGainMs'),
      option('prior', ['declared', 'none'], ['guessed', '', 7, null, {}]),
      option('without', [[], ['gaps']], [['luck'], 'gaps', 7, {}, null]),
    ],
  },
  'prefix-layout': {
    make: (options) => prefixLayout(options),
    base: {},
    options: [
      mode,
      option('toolOrder', ['by-name', 'once-changed', 'untouched'], ['random', '', 7, null, {}]),
      functions('toolNames'),
      functions('onDrift'),
      option('volatile', [[], [/x/u]], [/x/u, 'x', 7, {}, null, ['x'], [/x*/u], [null]]),
    ],
  },
  'batch-shaping': {
    make: (options) => batchShaping(options),
    base: {},
    options: [
      mode,
      option('order', [true, false], ['yes', 1, null, {}]),
      option('leader', [{}, false], [true, 7, 'on', [], null]),
      atLeast0('leader.maxWaitMs'),
      atLeast0('leader.minSavedMs'),
      atLeast0('leader.maxLaterMs'),
    ],
  },
  fairness: {
    make: (options) => fairness(options),
    base: {},
    options: [
      mode,
      option('between', ['tenants-and-runs', 'tenants'], ['runs', '', 7, null, {}]),
      objects('weights'),
      above0('weights.t'),
      objects('costs'),
      atLeast0('costs.input'),
      atLeast0('costs.cachedInput'),
      atLeast0('costs.output'),
      atLeast0('expectedOutputTokens'),
    ],
  },
  'tool-memo': {
    make: (options) => toolMemo(Object.assign({ tenants: 'single' as const, tools: {} }, options)),
    base: { tenants: 'single', tools: { read: { ttlMs: 1 } } },
    options: [
      mode,
      option('tenants', ['single', 'told'], ['shared', '', 7, null, undefined]),
      option('tools', [{}], [...noObject, undefined]),
      option('tools.read', [{ ttlMs: 1 }], [...noObject, {}]),
      above0('tools.read.ttlMs'),
      option('tools.read.version', ['2'], [2, true, {}, null]),
      names('tools.read.writtenBy'),
      functions('callerScope'),
      whole('maxEntries'),
      whole('maxResultLength'),
      whole('waitMs'),
      option('shared', [{ store, secret }], [...noObject, {}]),
    ],
  },
  'tool-memo, shared': {
    make: (options) => toolMemo({ tenants: 'single', tools: {}, ...options }),
    base: { shared: { store, secret } },
    options: [
      option('shared.store', [store], [...noObject, {}, { get: store.get }, undefined]),
      option('shared.secret', [secret], [new Uint8Array(31), 'x'.repeat(32), 7, null, undefined]),
      above0('shared.withinMs'),
      functions('shared.now'),
      functions('shared.warn'),
    ],
  },
  safety: {
    make: (options) => safety(options),
    base: { outputTokensPerCall: 10, usdPerMillionTokens: prices },
    options: [
      objects('tools'),
      names('tools.agent'),
      option(
        'transitions',
        [
          { from: 'graph' },
          { from: 'list', allow: { a: ['b'] } },
          { from: 'practice', sessions: 3 },
        ],
        [...noObject, {}, { from: 'luck' }, { from: 'list' }, { from: 'practice' }],
      ),
      whole('sameToolCalls'),
      ...(['perRun', 'perSession', 'perAgent', 'perTenant'] as const).flatMap((budget) => [
        objects(budget),
        whole(`${budget}.calls`),
        whole(`${budget}.tokens`),
        above0(`${budget}.usd`),
      ]),
      ...(['perRun', 'perSession', 'perAgent'] as const).map((budget) => whole(`${budget}.steps`)),
      above0('perRun.wallMs'),
      above0('perSession.wallMs'),
      whole('outputTokensPerCall'),
      objects('usdPerMillionTokens'),
      option('usdPerMillionTokens.m', [prices.m], [...noObject, {}, { input: 1 }]),
      atLeast0('usdPerMillionTokens.m.input'),
      atLeast0('usdPerMillionTokens.m.output'),
      atLeast0('usdPerMillionTokens.m.cacheRead'),
      atLeast0('usdPerMillionTokens.m.cacheWrite'),
      option(
        'budgets',
        [{ add: () => undefined, drop: () => undefined }],
        [...noObject, {}, { add: () => undefined }],
      ),
      functions('warn'),
      names('approve'),
    ],
  },
};

/** `base` with one value put somewhere; what is on the way is made. */
function withValue(base: Json, [name = '', ...rest]: readonly string[], value: unknown): Json {
  if (rest.length === 0) return { ...base, [name]: value };
  const inner = base[name];
  const next: Json = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  return { ...base, [name]: withValue(next, rest, value) };
}

const cases = Object.entries(checked).flatMap(([policy, { make, base, options }]) =>
  options.map((one) => ({ policy, make, base, name: one.path.join('.'), ...one })),
);

describe('options of policies', () => {
  it('are those of every policy that there is', () => {
    const tested = Object.keys(checked).filter((name) => !name.includes(','));
    expect(tested.toSorted()).toEqual(builtPolicies.map(({ policy }) => policy.name).toSorted());
  });

  it.each(cases)('$policy takes $name as it is documented', ({ make, base, path, good }) => {
    for (const value of good) expect(() => make(withValue(base, path, value))).not.toThrow();
  });

  it.each(cases)(
    '$policy refuses another $name when it is made, and says which and what it got',
    ({ make, base, path, bad }) => {
      for (const value of bad) {
        const made = (): unknown => make(withValue(base, path, value));
        expect(made).toThrow(
          expect.objectContaining({
            name: 'RangeError',
            // By its last name: those on the way may be the ones that are wrong.
            message: expect.stringMatching(new RegExp(path.at(-1) ?? '', 'u')),
          }),
        );
      }
    },
  );

  it.each(Object.entries(checked))('%s knows no option that it does not have', (_, one) => {
    const { make, base, options } = one;
    expect(() => make({ ...base, perSesion: {} })).toThrow(/there is no option perSesion;/u);
    // A wrong name would be a limit that nobody holds.
    const nested = options.filter(
      ({ path }) => path.length > 1 && !/weights|tools|usdPer/u.test(path[0] ?? ''),
    );
    for (const { path } of nested) {
      const wrong = [...path.slice(0, -1), 'tokns'];
      expect(() => make(withValue(base, wrong, 7))).toThrow(/there is no option .*tokns;/u);
    }
  });

  it.each([7, 'on', null, []])('are an object, not %j', (options) => {
    for (const make of [cacheSage, prefixLayout, batchShaping, fairness, toolMemo, safety]) {
      // @ts-expect-error: from untyped code
      expect(() => make(options)).toThrow(/the options must be an object/u);
    }
  });
});
