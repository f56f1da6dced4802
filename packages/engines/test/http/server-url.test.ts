import { describe, expect, it } from 'vitest';
import { parseServerURL } from '../../src/http/server-url.ts';

describe('parseServerURL', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080'],
    ['https://gpu.example/llama/v1/', 'https://gpu.example/llama'],
  ])('takes %s with and without /v1', (given, root) => {
    expect(parseServerURL(given, 'e')).toEqual({ root, api: `${root}/v1` });
  });

  it.each([
    ['', /no URL/],
    ['localhost:8080', /protocol/],
    ['ftp://host/v1', /protocol/],
    ['http://169.254.169.254/latest', /credentials/],
    ['http://metadata.google.internal/v1', /credentials/],
  ])('refuses %j', (given, why) => {
    expect(() => parseServerURL(given, 'e')).toThrow(why);
  });

  it('refuses a password and does not repeat it', () => {
    expect(() => parseServerURL('http://me:hush@host/v1', 'e')).toThrow(
      expect.objectContaining({
        code: 'bad-url',
        value: 'http://host/v1',
        message: expect.not.stringContaining('hush'),
      }),
    );
  });
});
