import { fairness } from '@entresol/policies/fairness';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, scriptedLink } from '@entresol/runtime-core/testing';

const fair = fairness({ mode: 'on', weights: { acme: 2 }, expectedOutputTokens: 4 });
// An engine that computes nothing: put the driver of yours here.
const engine = new FakeDriver();
const runtime = createRuntime({
  engines: engine,
  queue: { concurrency: 1 },
  policies: [fair],
  tenantOf: ({ tenant }) => String(tenant),
});
// `attach(app, runtime)` of your framework says whose a request is; the tenant is in the metadata of a run.
runtime.link(
  scriptedLink(({ user, tenant }) => ({
    agent: 'desk',
    session: String(user),
    metadata: { tenant },
  })),
);
await runtime.ready;

const { baseURL, fetch } = runtime.client();
const ask = async (tenant: string, at: number): Promise<void> => {
  const messages = [{ role: 'user', content: 'Where is my order?' }];
  const body = JSON.stringify({ model: 'm', user: `${tenant}-${at}`, tenant, messages });
  await (await fetch(`${baseURL}/chat/completions`, { method: 'POST', body })).text();
};
// One tenant opens six sessions at once, then another comes with two.
await Promise.all(['busy', 'busy', 'busy', 'busy', 'busy', 'busy', 'acme', 'acme'].map(ask));
console.log(engine.requests.map(({ body }) => body['tenant']).join(' '));
for (const [tenant, { calls, cost }] of Object.entries(fair.figures().tenants)) {
  console.log(`${tenant}: ${calls} calls, cost ${cost.toFixed(1)}`);
}
await runtime.close();
