import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { headingAnchor } from '../bench/src/docs/heading-anchor.ts';

const skipped = /(?:^|\/)(?:node_modules|dist|\.entresol)(?:\/|$)/u;
const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/*/*.md']).filter(
  (page) => !skipped.test(page),
);
const sources = globSync(['packages/*/src/**/*.ts', 'examples/*/src/**/*.ts', 'bench/src/**/*.ts']);

/** What stands in code blocks links to nothing. */
const prose = (page: string): string =>
  readFileSync(page, 'utf8').replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gmu, '');

function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...prose(page).matchAll(/^#{1,6} +(.+?) *$/gmu)].map(([, heading = '']) => {
    const anchor = headingAnchor(heading.replaceAll(/\]\([^)]*\)/gu, ''));
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

it.each(pages)('%s links only to what is there', (page) => {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/gu)].map(([, target = '']) => target);
  const broken = targets.filter((target) => {
    if (/^[a-z]+:/u.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(file).has(anchor);
  });
  expect(broken).toEqual([]);
});

it('finds every page and every command that a page or a message names', () => {
  const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const missing = [...pages, ...sources].flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const paths = [...text.matchAll(/(?<![\w./-])docs\/[\w./-]+\.(?:md|json)\b/gu)]
      .map(([path]) => path)
      .filter((path) => !existsSync(path));
    const commands = [...text.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/gu)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in manifest.scripts));
    return [...paths, ...commands].map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});
