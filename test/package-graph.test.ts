import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Which workspace packages each package may import at run time. Arrows only ever point inward. */
const allowed: Record<string, readonly string[]> = {
  'runtime-core': [],
  cachesage: ['runtime-core'],
  engines: ['runtime-core'],
  'langgraph-adapter': ['runtime-core'],
  'mastra-adapter': ['runtime-core'],
  policies: ['runtime-core'],
  replay: ['runtime-core'],
  conformance: ['runtime-core'],
  cli: [
    'runtime-core',
    'cachesage',
    'engines',
    'policies',
    'replay',
    'langgraph-adapter',
    'mastra-adapter',
    'example-load',
    'example-support-desk',
    'example-research-crew',
    'example-code-helper',
    'example-market-brief',
    'example-concierge',
  ],
};

it.each(readdirSync('packages'))('%s depends only on packages closer to the core', (name) => {
  const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(
    readFileSync(`packages/${name}/package.json`, 'utf8'),
  );
  const internal = Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] })
    .filter((dependency) => dependency.startsWith('@entresol/'))
    .map((dependency) => dependency.slice('@entresol/'.length));
  expect(allowed[name]).toEqual(expect.arrayContaining(internal));
});
