import { EngineError, type EngineErrorCode, type RequestBody } from '@entresol/runtime-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostedBench } from './support/hosted-bench.ts';
import { json, serveOnLoopback, type Loopback, type Sent } from './support/loopback.ts';
import { subjects } from './support/subjects.ts';

const refusals: readonly (readonly [status: number, code: EngineErrorCode])[] = [
  [400, 'bad-request'],
  [401, 'unauthorised'],
  [404, 'not-found'],
  [429, 'rate-limited'],
  [500, 'server-error'],
  [503, 'server-error'],
];

const names: readonly (keyof typeof subjects)[] = ['openai', 'openaiCompatible', 'anthropic'];

describe.each(names)('%s, when something is wrong', (name) => {
  const { path, headers, errors, body, ...subject } = subjects[name];
  let faults: Sent[];
  let server: Loopback;
  beforeEach(async () => {
    const double = subject.double();
    ({ faults } = double);
    server = await serveOnLoopback(double.answer);
  });
  afterEach(() => server.close());
  const make = (timeoutMs = 10_000) =>
    subject.make({ baseURL: `${server.origin}/v1`, apiKey: 'own-key', timeoutMs });
  const send = (bench: HostedBench, changes: RequestBody = {}) =>
    bench.send({ ...body, ...changes }, { path });

  it.each(refusals)(
    'a status %i is an EngineError to us and the same reply to the app',
    async (status, code) => {
      const fault = json(status, errors[status] ?? {}, { 'retry-after': '7' });
      faults.push(fault, fault, fault);
      const engine = make();
      const bench = await HostedBench.open(engine, headers);
      const error: unknown = await engine.check().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code, status, engine: engine.endpoint });
      expect(String(error)).toContain(`${server.origin}/v1/models`);
      const direct = await fetch(`${server.origin}/v1${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const through = await send(bench);
      expect([through.status, through.headers.get('retry-after'), await through.text()]).toEqual([
        direct.status,
        '7',
        await direct.text(),
      ]);
      expect(engine.load().running).toBe(0);
    },
  );

  it('a wrong URL is refused when the driver is made, and one where nobody listens when it is asked', async () => {
    for (const baseURL of ['nowhere', 'ftp://example.org', 'http://169.254.169.254/v1']) {
      expect(() => subject.make({ baseURL })).toThrow(/base URL/);
    }
    const engine = make();
    const bench = await HostedBench.open(engine, headers);
    await server.close();
    await expect(engine.check()).rejects.toMatchObject({ code: 'unreachable', status: 502 });
    await expect(send(bench)).rejects.toThrow(TypeError);
    expect(engine.load().running).toBe(0);
  });

  it('a server that hangs costs us our patience and the app what it would have cost', async () => {
    const hang: Sent = { status: 200, chunks: [], end: 'hang' };
    faults.push(hang, hang);
    const engine = make(100);
    const bench = await HostedBench.open(engine, headers);
    await expect(engine.check()).rejects.toMatchObject({ code: 'timed-out', status: 504 });
    const late = send(bench).then(
      () => 'answered',
      () => 'failed',
    );
    const soon = new Promise((resolve) => setTimeout(resolve, 200, 'still waiting'));
    expect(await Promise.race([late, soon])).toBe('still waiting');
    expect(engine.load().running).toBe(1);
    await server.close();
    expect(await late).toBe('failed');
  });

  it.each([true, false])(
    'a reply that is cut breaks where it was cut (stream: %s)',
    async (streams) => {
      faults.push({
        status: 200,
        headers: { 'content-type': streams ? 'text/event-stream' : 'application/json' },
        chunks: streams ? ['data: {"choices":[]}\n\n', 'data: {"cho'] : ['{"usage": {'],
        end: 'cut',
      });
      const engine = make();
      const bench = await HostedBench.open(engine, headers);
      const response = await send(bench, { stream: streams });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow(TypeError);
      expect(engine.load().running).toBe(0);
      expect(engine.bill().requests).toBe(0);
    },
  );
});
