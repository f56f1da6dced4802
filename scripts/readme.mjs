// Copies examples into the pages that show them, so that what people paste is what CI runs: between `<!-- example PATH -->`
// and `<!-- /example -->`. `--check` only compares.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const folder = 'docs/policies';
const pages = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.md'));
const stale = ['README.md', ...pages.map((name) => `${folder}/${name}`)].filter((page) => {
  const file = new URL(page, root);
  const text = readFileSync(file, 'utf8');
  const wanted = text.replace(
    /(<!-- example (\S+) -->\n)[\s\S]*?(<!-- \/example -->)/g,
    (_all, open, path, close) => {
      const source = readFileSync(new URL(path, root), 'utf8').trim();
      return `${open}\n\`\`\`ts\n${source}\n\`\`\`\n\n${close}`;
    },
  );
  if (wanted !== text && !process.argv.includes('--check')) writeFileSync(file, wanted);
  return wanted !== text;
});
if (stale.length > 0 && process.argv.includes('--check')) {
  console.error(
    `${stale.join(', ')}: does not show its example as it is: run \`node scripts/readme.mjs\``,
  );
  process.exit(1);
}
