import { describe, expect, test } from 'vitest';
import { engineText } from '../../src/doctor/engine-text.ts';
import { startChatServer } from '../chat-server.ts';
import { doctor } from './run-command.ts';

describe('doctor --engine', { timeout: 60_000 }, () => {
  test('answers in JSON alone, and ends with 0 where nothing is broken', async () => {
    const url = await startChatServer('yes');
    const { code, out, err } = await doctor('--engine', url, '--json');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      engine: 'openai-compatible',
      model: 'test-model',
      checks: expect.arrayContaining([
        expect.objectContaining({ check: 'prefix-cache', verdict: 'ok' }),
        // Every prompt of this server has 90 tokens cached, under whatever salt.
        expect.objectContaining({ check: 'tenant-isolation', verdict: 'hint' }),
      ]),
    });
  });

  test('ends with 1 where something is broken, and says what to do', async () => {
    const url = await startChatServer('yes');
    const { code, out } = await doctor('--engine', url, '--model', 'absent');
    expect(code).toBe(1);
    expect(out).toContain('BROKEN model: use test-model');
  });

  test('ends with 1 where nobody listens, 2 on a mistake', async () => {
    const [absent, noKey, metadata] = await Promise.all([
      doctor('--engine', 'http://127.0.0.1:9/v1'),
      doctor('--engine', 'http://127.0.0.1:9', '--key-env', 'ENTRESOL_TEST_NO_SUCH_KEY'),
      doctor('--engine', 'http://169.254.169.254/v1'),
    ]);
    expect(absent.code).toBe(1);
    expect(absent.out).toContain('BROKEN reachable');
    expect(noKey).toMatchObject({ code: 2, out: '' });
    expect(noKey.err).toContain('ENTRESOL_TEST_NO_SUCH_KEY is not set');
    expect(metadata).toMatchObject({ code: 2, out: '' });
  });

  test('prints the command that the server should have been started with', () => {
    const printed = engineText({
      url: 'http://127.0.0.1:8000',
      engine: 'vllm',
      version: '0.32.0',
      model: 'm',
      checks: [
        {
          check: 'cached-tokens',
          verdict: 'broken',
          finding: 'not reported',
          fix: 'start it with --enable-prompt-tokens-details',
          flag: '--enable-prompt-tokens-details',
        },
      ],
      missingFlags: ['--enable-prompt-tokens-details'],
      startCommand: 'vllm serve MODEL --enable-prompt-tokens-details',
    });
    expect(printed).toContain('Missing flags: --enable-prompt-tokens-details');
    expect(printed.trimEnd().endsWith('vllm serve MODEL --enable-prompt-tokens-details')).toBe(
      true,
    );
  });
});
