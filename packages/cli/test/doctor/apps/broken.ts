export const app: unknown = undefined;
throw new RangeError('no key');
