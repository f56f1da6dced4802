// Copies the quick start into README.md, so that what people paste is what CI runs. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const file = new URL('README.md', root);
const source = readFileSync(new URL('examples/quickstart/src/main.ts', root), 'utf8').trim();
const readme = readFileSync(file, 'utf8');
const wanted = readme.replace(
  /(<!-- quickstart -->\n)[\s\S]*?(<!-- \/quickstart -->)/,
  (_all, open, close) => `${open}\n\`\`\`ts\n${source}\n\`\`\`\n\n${close}`,
);
if (!process.argv.includes('--check')) writeFileSync(file, wanted);
else if (wanted !== readme) {
  console.error(
    'README.md does not show examples/quickstart as it is: run `node scripts/readme.mjs`',
  );
  process.exit(1);
}
