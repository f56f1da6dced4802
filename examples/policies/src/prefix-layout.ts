import { prefixLayout } from '@entresol/policies/prefix-layout';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, scriptedLink } from '@entresol/runtime-core/testing';

const layout = prefixLayout({
  mode: 'on',
  volatile: [/^It is .*\.$/mu],
  onDrift: ({ agent, what, atByte }) => console.log('prefix changed', agent, what, atByte),
});
// An engine that computes nothing: put the driver of yours here.
const engine = new FakeDriver();
const runtime = createRuntime({ engines: engine, policies: [layout] });
// `attach(app, runtime)` of your framework says whose a request is.
runtime.link(scriptedLink(() => ({ agent: 'desk', session: 's' })));
await runtime.ready;

const { baseURL, fetch } = runtime.client();
for (const time of ['9:41', '9:42']) {
  const messages = [
    { role: 'system', content: `It is ${time}.\nYou help customers.` },
    { role: 'user', content: 'Where is my order?' },
  ];
  const body = JSON.stringify({ model: 'm', messages });
  await (await fetch(`${baseURL}/chat/completions`, { method: 'POST', body })).text();
}
for (const { body } of engine.requests) console.log(JSON.stringify(body['messages']));
await runtime.close();
